import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { bucketCount, bucketHighUs, bucketIndex, bucketLowUs, highestTrackableUs } from './buckets.ts'
import { Histogram } from './histogram.ts'
import { decodeHistogram, encodeHistogram, mergeSparse } from './sparse-histogram.ts'

const durations = fc.array(
  fc.oneof(
    fc.nat(5_000),
    fc.nat(2_000_000),
    fc.nat(highestTrackableUs),
    fc.double({ min: 0, max: 1e4, noNaN: true }),
  ),
  { maxLength: 300 },
)

function histogramOf(samples: number[]): Histogram {
  const histogram = new Histogram()
  for (const sample of samples) histogram.record(sample)
  return histogram
}

function nearestRank(samples: number[], percent: number): number {
  const sorted = samples.map(Math.round).sort((a, b) => a - b)
  const rank = Math.ceil(Number(((percent / 100) * sorted.length).toFixed(9)))
  return sorted[Math.max(1, rank) - 1] as number
}

test('the buckets cover 0 µs to 1 h without gap or overlap', () => {
  for (let index = 0; index < bucketCount; index++) {
    assert.equal(bucketIndex(bucketLowUs(index)), index)
    if (index < bucketCount - 1) assert.equal(bucketIndex(bucketHighUs(index)), index)
  }
  assert.equal(bucketIndex(highestTrackableUs), bucketCount - 1)
})

test('a bucket is never wider than 1/1024 of its smallest value', () => {
  for (let index = 1; index < bucketCount; index++) {
    const width = bucketHighUs(index) - bucketLowUs(index)
    assert.ok(width / bucketLowUs(index) <= 1 / 1024, `bucket ${index}`)
  }
})

test('merged histograms equal one histogram of all samples bit for bit, in any order', () => {
  fc.assert(
    fc.property(fc.array(durations, { maxLength: 6 }), (parts) => {
      const whole = encodeHistogram(histogramOf(parts.flat()))
      const forwards = new Histogram()
      for (const part of parts) forwards.merge(histogramOf(part))
      const backwards = new Histogram()
      for (const part of [...parts].reverse()) mergeSparse(backwards, encodeHistogram(histogramOf(part)))
      assert.deepEqual(encodeHistogram(forwards), whole)
      assert.deepEqual(encodeHistogram(backwards), whole)
    }),
  )
})

test('ALB-D3 a percentile is at most 1/1024 above the nearest-rank percentile of the samples and never below', () => {
  const percent = fc.constantFrom(0.1, 1, 25, 50, 90, 95, 99, 99.9, 100)
  fc.assert(
    fc.property(durations, percent, (samples, p) => {
      fc.pre(samples.length > 0)
      const exact = nearestRank(samples, p)
      const reported = histogramOf(samples).percentileUs(p)
      assert.ok(reported >= exact && reported <= exact * (1 + 1 / 1024), `${reported} for ${exact}`)
    }),
  )
})

test('count, mean, min and max are exact', () => {
  fc.assert(
    fc.property(durations, (samples) => {
      fc.pre(samples.length > 0)
      const rounded = samples.map(Math.round)
      const histogram = histogramOf(samples)
      assert.equal(histogram.count, samples.length)
      assert.equal(histogram.meanUs(), rounded.reduce((sum, us) => sum + us, 0) / rounded.length)
      assert.equal(histogram.minUs, Math.min(...rounded))
      assert.equal(histogram.maxUs, Math.max(...rounded))
    }),
  )
})

test('the JSON form gives back the very same histogram', () => {
  fc.assert(
    fc.property(durations, (samples) => {
      const sparse = encodeHistogram(histogramOf(samples))
      assert.deepEqual(encodeHistogram(decodeHistogram(JSON.parse(JSON.stringify(sparse)))), sparse)
    }),
  )
})

test('a damaged JSON form is refused', () => {
  const sparse = encodeHistogram(histogramOf([3, 3, 9_000]))
  const damaged = [
    { ...sparse, count: 4 },
    { ...sparse, minUs: 4 },
    { ...sparse, maxUs: null },
    { ...sparse, buckets: sparse.buckets.slice(1) },
    { ...sparse, buckets: [3, 2, bucketCount, 1] },
    { ...sparse, buckets: [3, -2, 1, 5] },
  ]
  for (const form of damaged) assert.throws(() => decodeHistogram(form), RangeError)
})

test('countAbove counts the samples beyond a limit', () => {
  const histogram = histogramOf([0, 10, 10, 11, 2_000_000])
  assert.deepEqual(
    [-1, 0, 9, 10, 11, 1_999_000, 2_000_000].map((limit) => histogram.countAbove(limit)),
    [5, 4, 4, 2, 1, 1, 0],
  )
})

test('the 99.9th percentile of 1000 samples is the 999th, in spite of binary fractions', () => {
  const histogram = histogramOf(Array.from({ length: 1000 }, (_, i) => i + 1))
  assert.equal(histogram.percentileUs(99.9), 999)
})

test('durations outside the range are clamped and an empty histogram answers NaN', () => {
  const histogram = histogramOf([-5, Number.NaN, Infinity])
  assert.equal(histogram.minUs, 0)
  assert.equal(histogram.maxUs, highestTrackableUs)
  assert.ok(Number.isNaN(new Histogram().percentileUs(50)))
  assert.ok(Number.isNaN(new Histogram().meanUs()))
})

test('a cleared histogram equals a new one', () => {
  fc.assert(
    fc.property(durations, durations, (before, after) => {
      const histogram = histogramOf(before)
      histogram.clear()
      for (const sample of after) histogram.record(sample)
      assert.deepEqual(encodeHistogram(histogram), encodeHistogram(histogramOf(after)))
    }),
  )
})
