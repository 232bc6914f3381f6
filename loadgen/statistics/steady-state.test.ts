import assert from 'node:assert/strict'
import { test } from 'node:test'
import { randomNormal, seededRandom } from './random.ts'
import { findSteadyState } from './steady-state.ts'

/** A series that rises to 1 000 within `warmUp` values, with 2 % noise. */
function series(length: number, warmUp: number, seed: number): number[] {
  const random = seededRandom(seed)
  return Array.from({ length }, (_, index) => {
    const level = index < warmUp ? 300 + (700 * index) / warmUp : 1_000
    return level * (1 + 0.02 * randomNormal(random))
  })
}

test('the warm-up is cut off, and the mean is that of the level part', () => {
  let steadyOnes = 0
  for (let seed = 1; seed <= 20; seed++) {
    const steady = findSteadyState(series(90, 20, seed))
    assert.ok(steady)
    assert.ok(steady.from >= 15, `cut at ${steady.from}`)
    assert.ok(Math.abs(steady.mean / 1_000 - 1) < 0.02)
    if (steady.isSteady) steadyOnes++
  }
  assert.ok(steadyOnes >= 18, `${steadyOnes} of 20`)
})

test('a level series is steady in all but few cases', () => {
  const steady = Array.from({ length: 100 }, (_, seed) => findSteadyState(series(60, 0, seed)))
  assert.ok(steady.filter((found) => found?.isSteady).length >= 90)
})

test('a series that only rises is not called steady, and neither is one that settles near its end', () => {
  const rising = Array.from({ length: 60 }, (_, index) => 500 + 20 * index)
  assert.equal(findSteadyState(rising)?.isSteady, false)
  assert.equal(findSteadyState(series(60, 50, 1))?.isSteady, false)
})

test('a short series is cut finer, a very short one not at all', () => {
  const short = findSteadyState([100, 500, ...Array.from({ length: 18 }, (_, index) => 1_000 + (index % 3))])
  assert.equal(short?.from, 2)
  assert.equal(findSteadyState([1, 2, 3]), null)
})
