import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Histogram } from '../histogram/histogram.ts'
import { bootstrapInterval } from './bootstrap.ts'
import { cliffsDelta } from './cliffs-delta.ts'
import { adjustByHolm } from './holm.ts'
import { permutationTest, smallestP } from './permutation-test.ts'
import { proportionInterval } from './proportion.ts'
import { randomNormal, seededRandom } from './random.ts'
import { median, quantile } from './sample.ts'

test('quantiles interpolate between order statistics', () => {
  assert.equal(median([3, 1, 2]), 2)
  assert.equal(median([4, 1, 3, 2]), 2.5)
  assert.equal(quantile([0, 10, 20, 30, 40], 0.9), 36)
  assert.throws(() => median([]), RangeError)
})

test('of all 252 divisions of five and five separated runs only two are as extreme', () => {
  assert.equal(permutationTest([1, 2, 3, 4, 5], [6, 7, 8, 9, 10]), 2 / 252)
  assert.equal(smallestP(5, 5), 2 / 252)
  assert.equal(permutationTest([2, 2, 2], [2, 2, 2]), 1)
  assert.throws(() => permutationTest([1, 0], [1, 2]), /above 0, got 0/)
})

test('the p-value of an enumeration is that of its definition, computed another way', () => {
  const a = [1.2, 3.4, 2.2]
  const b = [2.9, 4.1, 3.9, 1.7]
  const logs = [...a, ...b].map(Math.log)
  let asFar = 0
  let all = 0
  const distance = (isA: (index: number) => boolean) => {
    const left = logs.filter((_, index) => isA(index))
    const right = logs.filter((_, index) => !isA(index))
    const average = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
    return Math.abs(average(left) - average(right))
  }
  const observed = distance((index) => index < 3)
  for (let mask = 0; mask < 128; mask++) {
    const isA = (index: number) => ((mask >> index) & 1) === 1
    if (logs.filter((_, index) => isA(index)).length !== 3) continue
    all++
    if (distance(isA) >= observed - 1e-9) asFar++
  }
  assert.equal(permutationTest(a, b), asFar / all)
})

test('many runs are divided by chance, the same way for the same seed', () => {
  const random = seededRandom(3)
  const values = Array.from({ length: 24 }, () => Math.exp(0.1 * randomNormal(random)))
  const [a, b] = [values.slice(0, 12), values.slice(12)]
  const p = permutationTest(a, b, { seed: 9 })
  assert.equal(permutationTest(a, b, { seed: 9 }), p)
  assert.ok(p > 0.001 && p <= 1)
  const slower = b.map((value) => value * 3)
  assert.ok(permutationTest(a, slower) < 0.001)
})

test('Holm multiplies by the number of tests left and never falls', () => {
  const adjusted = adjustByHolm([0.01, 0.04, 0.03, 0.005])
  assert.deepEqual(
    adjusted.map((p) => Number(p.toFixed(10))),
    [0.03, 0.06, 0.06, 0.02],
  )
  assert.deepEqual(adjustByHolm([0.9, 0.8]), [1, 1])
})

test('Cliff’s delta counts pairs, with equal ones as neither', () => {
  const histogramOf = (...values: number[]) => {
    const histogram = new Histogram()
    for (const value of values) histogram.record(value)
    return histogram
  }
  assert.equal(cliffsDelta(histogramOf(1, 2, 3), histogramOf(4, 5)), 1)
  assert.equal(cliffsDelta(histogramOf(4, 5), histogramOf(1, 2, 3)), -1)
  assert.equal(cliffsDelta(histogramOf(1, 2, 3), histogramOf(1, 2, 3)), 0)
  assert.equal(cliffsDelta(histogramOf(1, 3), histogramOf(2, 3)), 1 / 4)
})

test('Wilson’s interval is that of the textbook', () => {
  const { low, high } = proportionInterval(3, 60)
  assert.ok(Math.abs(low - 0.0171) < 5e-4 && Math.abs(high - 0.137) < 5e-4, `${low} ${high}`)
  assert.equal(proportionInterval(0, 60).low, 0)
})

test('an interval is the same for the same seed, holds the statistic, and is refused for four values', () => {
  const samples = [[9, 10, 11, 12, 13, 10]]
  const medianOf = (drawn: readonly (readonly number[])[]) => median(drawn[0] ?? [])
  const interval = bootstrapInterval(samples, medianOf, { seed: 5 })
  assert.deepEqual(bootstrapInterval(samples, medianOf, { seed: 5 }), interval)
  assert.ok(interval.low <= 10.5 && interval.high >= 10.5 && interval.low >= 9 && interval.high <= 13)
  assert.throws(() => bootstrapInterval([[1, 2, 3, 4]], medianOf), /needs 5 values, got 4/)
})

test('the interval of a ratio of medians covers the truth in 9 of 10 experiments with 5 runs a side', (t) => {
  const random = seededRandom(11)
  const runs = (centre: number) =>
    Array.from({ length: 5 }, () => centre * Math.exp(0.05 * randomNormal(random)))
  const experiments = 400
  let covered = 0
  for (let index = 0; index < experiments; index++) {
    const interval = bootstrapInterval([runs(100), runs(110)], ([a = [], b = []]) => median(b) / median(a), {
      seed: index,
      resamples: 400,
    })
    if (interval.low <= 1.1 && interval.high >= 1.1) covered++
  }
  t.diagnostic(`coverage ${((100 * covered) / experiments).toFixed(1)} % of nominally 95 %`)
  assert.ok(covered / experiments >= 0.9, `${covered} of ${experiments}`)
})
