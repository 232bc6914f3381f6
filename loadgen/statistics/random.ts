import { seededRandom } from '../engine/arrival-schedule.ts'

export { seededRandom }

/** A whole number from 0 to `below` − 1. */
export function randomBelow(below: number, random: () => number): number {
  return Math.floor(random() * below)
}

/** A copy in random order (Fisher–Yates). */
export function shuffle<T>(values: readonly T[], random: () => number): T[] {
  const shuffled = [...values]
  for (let last = shuffled.length - 1; last > 0; last--) {
    const other = randomBelow(last + 1, random)
    const moved = shuffled[last] as T
    shuffled[last] = shuffled[other] as T
    shuffled[other] = moved
  }
  return shuffled
}

/** A standard normal number (Box–Muller). */
export function randomNormal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
}
