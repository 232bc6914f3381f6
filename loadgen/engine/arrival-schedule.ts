import type { OpenArrival } from './types.ts'

/**
 * When the requests of an open model are due, in milliseconds from the start of the group. Arrival k of a
 * constant schedule is due at k / rate: computed afresh, never by adding up intervals, so that nothing drifts.
 * A Poisson schedule adds up exponential gaps of a seeded generator; it too knows no clock, so every worker
 * that computes it gets the same times.
 */
export class ArrivalSchedule {
  #intervalMs: number
  #poisson: boolean
  #random: () => number
  #arrivals = 0
  #dueMs = 0

  constructor(arrival: Pick<OpenArrival, 'ratePerSecond' | 'distribution'>, seed: number) {
    this.#intervalMs = 1_000 / arrival.ratePerSecond
    this.#poisson = arrival.distribution === 'poisson'
    this.#random = seededRandom(seed)
    if (this.#poisson) this.#dueMs = this.#gapMs()
  }

  /** Due time of the next arrival. */
  get nextDueMs(): number {
    return this.#dueMs
  }

  /** Takes the next arrival and returns its due time. */
  take(): number {
    const dueMs = this.#dueMs
    this.#arrivals++
    this.#dueMs = this.#poisson ? dueMs + this.#gapMs() : this.#arrivals * this.#intervalMs
    return dueMs
  }

  #gapMs(): number {
    return -Math.log(1 - this.#random()) * this.#intervalMs
  }
}

/** A stream of numbers in [0, 1) that is the same for the same seed (splitmix32). */
export function seededRandom(seed: number): () => number {
  let state = seed | 0
  return () => {
    state = (state + 0x9e3779b9) | 0
    let mixed = state ^ (state >>> 16)
    mixed = Math.imul(mixed, 0x21f0aaad)
    mixed ^= mixed >>> 15
    mixed = Math.imul(mixed, 0x735a2d97)
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32
  }
}
