import type { Histogram } from '../histogram/histogram.ts'
import type { Latency } from './operation-schema.ts'

/** The statistics of a result document from a histogram of microseconds; every value is null without samples. */
export function describeLatency(histogram: Histogram): Latency {
  const ms = (us: number): number | null => (histogram.count === 0 ? null : us / 1000)
  return {
    min: ms(histogram.minUs),
    mean: ms(histogram.meanUs()),
    p50: ms(histogram.percentileUs(50)),
    p90: ms(histogram.percentileUs(90)),
    p95: ms(histogram.percentileUs(95)),
    p99: ms(histogram.percentileUs(99)),
    p999: ms(histogram.percentileUs(99.9)),
    max: ms(histogram.maxUs),
  }
}
