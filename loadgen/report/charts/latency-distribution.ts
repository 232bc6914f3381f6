import { decodeHistogram } from '../../histogram/sparse-histogram.ts'
import type { Operation } from '../../result/operation-schema.ts'

/** Percentiles named on the axis and in the table, in %. */
export const namedPercentiles = [50, 75, 90, 95, 99, 99.9, 99.99, 100] as const

/** One point of a percentile curve. */
export interface PercentilePoint {
  /** 1 / (1 − percentile): 2 at 50 %, 10 at 90 %, 100 at 99 %; a log axis of it spreads the slow end out. */
  nines: number
  latencyMs: number
}

/**
 * The percentile curve of successful attempts, from the fastest to the slowest sample: about 24 points for each
 * factor of ten, and never beyond what the number of samples supports.
 */
export function tracePercentiles({ histogram }: Pick<Operation, 'histogram'>): PercentilePoint[] {
  const samples = decodeHistogram(histogram)
  if (samples.count === 0) return []
  const points: PercentilePoint[] = []
  const steps = Math.ceil(24 * Math.log10(samples.count))
  for (let step = 0; step <= steps; step++) {
    const nines = Math.min(10 ** (step / 24), samples.count)
    points.push({ nines, latencyMs: samples.percentileUs(100 * (1 - 1 / nines)) / 1000 })
  }
  return points
}

/**
 * Latency in ms at each of {@link namedPercentiles}; null where the samples are too few for it (99.9 % needs 1000),
 * so that the slowest sample does not pass for a percentile.
 */
export function listPercentiles({ histogram }: Pick<Operation, 'histogram'>): (number | null)[] {
  const samples = decodeHistogram(histogram)
  return namedPercentiles.map((percent) => {
    const needed = percent === 100 ? 1 : Math.round(100 / (100 - percent))
    return samples.count < needed ? null : samples.percentileUs(percent) / 1000
  })
}
