import { bucketHighUs, bucketIndex, bucketLowUs, highestTrackableUs } from './buckets.ts'

const initialLength = 4096

/**
 * A mergeable log-linear histogram of durations in microseconds.
 *
 * Every power of two above 2 ms is cut into 1024 equal buckets, below that each microsecond has its own, so a
 * reported value is never below the true one and at most 1/1024 above it. `count`, `sum`, `minUs` and `maxUs`
 * are exact. Samples are whole microseconds and all sums stay integers, which doubles add without rounding up
 * to 2^53: that is why merging in any order gives the same bits as one histogram of all samples.
 */
export class Histogram {
  /** Grows with the largest sample seen: most histograms hold milliseconds and never reach the hour. */
  counts = new Float64Array(initialLength)
  count = 0
  /** Sum of all samples in whole microseconds. */
  sumUs = 0
  minUs = Infinity
  maxUs = 0

  /** Adds a duration in microseconds, rounded to a whole one and clamped to 0 … 1 h. NaN counts as 0. */
  record(durationUs: number): void {
    const us = durationUs > 0 ? Math.min(Math.round(durationUs), highestTrackableUs) : 0
    const index = bucketIndex(us)
    if (index >= this.counts.length) this.#growTo(index)
    ;(this.counts[index] as number)++
    this.count++
    this.sumUs += us
    if (us < this.minUs) this.minUs = us
    if (us > this.maxUs) this.maxUs = us
  }

  /** Adds all samples of `other`, which is left as it is. */
  merge(other: Histogram): void {
    if (other.count === 0) return
    const last = bucketIndex(other.maxUs)
    for (let index = bucketIndex(other.minUs); index <= last; index++) {
      const samples = other.counts[index] as number
      if (samples > 0) this.addToBucket(index, samples)
    }
    this.addTotals(other.count, other.sumUs, other.minUs, other.maxUs)
  }

  /** Adds `samples` to one bucket without touching the totals; for `merge` and the codec. */
  addToBucket(index: number, samples: number): void {
    if (index >= this.counts.length) this.#growTo(index)
    this.counts[index] = (this.counts[index] as number) + samples
  }

  /** Adds the exact totals that belong to samples added by `addToBucket`. */
  addTotals(count: number, sumUs: number, minUs: number, maxUs: number): void {
    this.count += count
    this.sumUs += sumUs
    this.minUs = Math.min(this.minUs, minUs)
    this.maxUs = Math.max(this.maxUs, maxUs)
  }

  /** Forgets all samples and keeps the memory. */
  clear(): void {
    if (this.count > 0) this.counts.fill(0, bucketIndex(this.minUs), bucketIndex(this.maxUs) + 1)
    this.count = 0
    this.sumUs = 0
    this.minUs = Infinity
    this.maxUs = 0
  }

  /** Arithmetic mean in microseconds, exact; NaN without samples. */
  meanUs(): number {
    return this.sumUs / this.count
  }

  /**
   * The nearest-rank percentile in microseconds: the smallest bucket end with at least `percent` % of the
   * samples at or below it, never above the true maximum. NaN without samples.
   */
  percentileUs(percent: number): number {
    if (this.count === 0) return NaN
    const exactRank = (percent * this.count) / 100
    // 99.9 · 1000 / 100 is 999.0000000000001 in doubles; without the allowance the rank would be one too high.
    const rank = Math.min(this.count, Math.max(1, Math.ceil(exactRank - exactRank * 1e-12)))
    if (rank === this.count) return this.maxUs
    let seen = 0
    for (let index = bucketIndex(this.minUs); ; index++) {
      seen += this.counts[index] as number
      if (seen >= rank) return Math.min(bucketHighUs(index), this.maxUs)
    }
  }

  /** Number of samples above `limitUs`; a limit inside a bucket counts that bucket as not above. */
  countAbove(limitUs: number): number {
    if (this.count === 0 || limitUs >= this.maxUs) return 0
    let above = 0
    const last = bucketIndex(this.maxUs)
    const first = limitUs < 0 ? 0 : bucketIndex(Math.floor(limitUs)) + 1
    for (let index = first; index <= last; index++) above += this.counts[index] as number
    return above
  }

  /** The occupied buckets in rising order: lowest and highest value in microseconds and number of samples. */
  *buckets(): Generator<{ lowUs: number; highUs: number; count: number }> {
    if (this.count === 0) return
    const last = bucketIndex(this.maxUs)
    for (let index = bucketIndex(this.minUs); index <= last; index++) {
      const count = this.counts[index] as number
      if (count > 0) yield { lowUs: bucketLowUs(index), highUs: bucketHighUs(index), count }
    }
  }

  #growTo(index: number): void {
    const grown = new Float64Array(Math.max(index + 1, this.counts.length * 2))
    grown.set(this.counts)
    this.counts = grown
  }
}
