/** 2^10 sub-buckets in each power of two: a relative error of at most 1/1024 (HdrHistogram's "3 digits"). */
const subBucketBits = 10
const subBuckets = 2 ** subBucketBits

/** One hour; anything longer is recorded as one hour. Must stay below 2^32 for the shifts. */
export const highestTrackableUs = 3_600_000_000

/** Bucket number of a whole number of microseconds between 0 and `highestTrackableUs`. */
export function bucketIndex(us: number): number {
  if (us < 2 * subBuckets) return us
  const shift = 31 - subBucketBits - Math.clz32(us)
  return shift * subBuckets + (us >>> shift)
}

/** Smallest number of microseconds that falls into bucket `index`. */
export function bucketLowUs(index: number): number {
  if (index < 2 * subBuckets) return index
  const shift = (index >>> subBucketBits) - 1
  return (subBuckets + (index & (subBuckets - 1))) * 2 ** shift
}

/** Largest whole number of microseconds that falls into bucket `index`. */
export function bucketHighUs(index: number): number {
  return bucketLowUs(index + 1) - 1
}

/** Number of buckets of the whole range. */
export const bucketCount = bucketIndex(highestTrackableUs) + 1
