import { isDeepStrictEqual } from 'node:util'
import { Histogram } from '../../histogram/histogram.ts'
import { encodeHistogram, mergeSparse } from '../../histogram/sparse-histogram.ts'
import { seededRandom } from '../arrival-schedule.ts'

/**
 * Records the same `samples` latencies (log-normal, median 5 ms) once in one histogram and once spread over
 * `workers`; returns whether the merged sparse forms equal the single one bit for bit.
 */
export function mergeEqualsSingle(workers: number, samples: number): boolean {
  const random = seededRandom(workers)
  const single = new Histogram()
  const parts = Array.from({ length: workers }, () => new Histogram())
  for (let i = 0; i < samples; i++) {
    const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
    const us = 5_000 * Math.exp(normal)
    single.record(us)
    parts[Math.floor(random() * workers)]?.record(us)
  }
  const merged = new Histogram()
  for (const part of parts) mergeSparse(merged, encodeHistogram(part))
  return isDeepStrictEqual(encodeHistogram(merged), encodeHistogram(single))
}
