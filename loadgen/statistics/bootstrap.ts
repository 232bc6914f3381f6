import { randomBelow, seededRandom } from './random.ts'
import { quantile } from './sample.ts'

/** A range that holds the true value in a stated share of all experiments. */
export interface Interval {
  low: number
  high: number
}

export interface BootstrapOptions {
  /** The same seed gives the same interval. */
  seed?: number
  resamples?: number
  /** Share of all experiments whose interval holds the true value, 0–1. */
  level?: number
}

/** With fewer values a resampled median cannot show how far off it may be: 4 values cover at most 88 %. */
export const fewestForInterval = 5

/**
 * A percentile-bootstrap interval (Efron, 1979): every sample is drawn again with replacement, on its own, and the
 * statistic computed from the draws.
 *
 * @param samples one or more samples; those of a ratio are two
 * @throws RangeError when a sample has fewer than {@link fewestForInterval} values
 */
export function bootstrapInterval(
  samples: readonly (readonly number[])[],
  statistic: (resampled: readonly (readonly number[])[]) => number,
  { seed = 1, resamples = 2_000, level = 0.95 }: BootstrapOptions = {},
): Interval {
  const fewest = Math.min(...samples.map(({ length }) => length))
  if (fewest < fewestForInterval)
    throw new RangeError(`an interval needs ${fewestForInterval} values, got ${fewest}`)
  const random = seededRandom(seed)
  const drawn = samples.map((sample) => [...sample])
  const statistics: number[] = []
  for (let resample = 0; resample < resamples; resample++) {
    samples.forEach((sample, index) => {
      const draw = drawn[index] as number[]
      for (let at = 0; at < draw.length; at++) draw[at] = sample[randomBelow(sample.length, random)] as number
    })
    statistics.push(statistic(drawn))
  }
  return centralInterval(statistics, level)
}

/** The range that holds the central `level` of the values. */
export function centralInterval(values: readonly number[], level: number): Interval {
  const sorted = [...values].sort((a, b) => a - b)
  return { low: quantile(sorted, (1 - level) / 2), high: quantile(sorted, (1 + level) / 2) }
}
