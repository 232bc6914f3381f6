import type { Histogram } from '../histogram/histogram.ts'

/**
 * Cliff's delta (1993) of two histograms: the chance that a sample of `b` is above one of `a`, minus the chance that
 * it is below; −1 to 1, 0 when neither tends to be higher. An effect size only: requests of one run depend on each
 * other, so no test is made of it. Samples of one bucket count as equal. NaN when a histogram is empty.
 */
export function cliffsDelta(a: Histogram, b: Histogram): number {
  const bucketsOfB = [...b.buckets()]
  let below = 0
  let next = 0
  let difference = 0
  for (const bucket of a.buckets()) {
    while ((bucketsOfB[next]?.lowUs ?? Infinity) < bucket.lowUs) below += bucketsOfB[next++]?.count ?? 0
    const same = bucketsOfB[next]?.lowUs === bucket.lowUs ? (bucketsOfB[next]?.count ?? 0) : 0
    difference += bucket.count * (b.count - below - same - below)
  }
  return difference / (a.count * b.count)
}
