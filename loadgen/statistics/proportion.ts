import type { Interval } from './bootstrap.ts'

/** The normal quantile of a 95 % interval. */
const z = 1.959964

/** Wilson's 95 % interval (1927) of a share: `hits` of `trials`. */
export function proportionInterval(hits: number, trials: number): Interval {
  const share = hits / trials
  const middle = (share + z ** 2 / (2 * trials)) / (1 + z ** 2 / trials)
  const half =
    (z * Math.sqrt((share * (1 - share)) / trials + z ** 2 / (4 * trials ** 2))) / (1 + z ** 2 / trials)
  return { low: Math.max(0, middle - half), high: Math.min(1, middle + half) }
}
