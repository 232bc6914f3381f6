import { bucketCount, bucketIndex } from './buckets.ts'
import { Histogram } from './histogram.ts'

/** A histogram as JSON: only occupied buckets, as alternating (distance to the previous index, count). */
export interface SparseHistogram {
  unit: 'us'
  count: number
  sumUs: number
  /** Null without samples, because JSON has no infinity. */
  minUs: number | null
  maxUs: number | null
  /** The first distance counts from index 0. Indices are those of `buckets.ts` (1024 sub-buckets). */
  buckets: number[]
}

/** The JSON form of a histogram. */
export function encodeHistogram(histogram: Histogram): SparseHistogram {
  if (histogram.count === 0) return { unit: 'us', count: 0, sumUs: 0, minUs: null, maxUs: null, buckets: [] }
  const buckets: number[] = []
  const last = bucketIndex(histogram.maxUs)
  let previous = 0
  for (let index = bucketIndex(histogram.minUs); index <= last; index++) {
    const count = histogram.counts[index] as number
    if (count === 0) continue
    buckets.push(index - previous, count)
    previous = index
  }
  const { count, sumUs, minUs, maxUs } = histogram
  return { unit: 'us', count, sumUs, minUs, maxUs, buckets }
}

/**
 * The histogram of a JSON form, equal bit for bit to the one encoded.
 * Throws RangeError when the form contradicts itself, so that a damaged file never turns into a percentile.
 */
export function decodeHistogram(sparse: SparseHistogram): Histogram {
  const histogram = new Histogram()
  mergeSparse(histogram, sparse)
  return histogram
}

/** Adds the samples of a JSON form to `histogram`. Throws RangeError as `decodeHistogram` does. */
export function mergeSparse(histogram: Histogram, sparse: SparseHistogram): void {
  const { count, sumUs, minUs, maxUs, buckets } = sparse
  if (sparse.unit !== 'us' || buckets.length % 2 !== 0) throw new RangeError('not a sparse histogram in us')
  let index = 0
  let total = 0
  for (let i = 0; i < buckets.length; i += 2) {
    index += buckets[i] as number
    const samples = buckets[i + 1] as number
    const valid = Number.isInteger(index) && index >= 0 && index < bucketCount
    if (!valid || !Number.isInteger(samples) || samples < 1) {
      throw new RangeError(`sparse histogram: bad bucket at position ${i}`)
    }
    total += samples
  }
  if (total !== count) throw new RangeError(`sparse histogram: ${total} samples in buckets, count ${count}`)
  if (count === 0) return
  if (minUs === null || maxUs === null || bucketIndex(minUs) !== buckets[0] || bucketIndex(maxUs) !== index) {
    throw new RangeError('sparse histogram: min or max outside its bucket')
  }
  index = 0
  for (let i = 0; i < buckets.length; i += 2) {
    index += buckets[i] as number
    histogram.addToBucket(index, buckets[i + 1] as number)
  }
  histogram.addTotals(count, sumUs, minUs, maxUs)
}
