/** A seeded source of chance: the same seed, the same numbers (mulberry32). */
export interface Chance {
  /** From 0 up to, not including, `below`. */
  integer(below: number): number
  happens(probability: number): boolean
  pick<T>(list: readonly T[]): T
}

export function seededChance(seed: number): Chance {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const integer = (below: number) => Math.floor(next() * below)
  return {
    integer,
    happens: (probability) => next() < probability,
    pick: (list) => list[integer(list.length)] as (typeof list)[number],
  }
}
