import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { judgePlateau } from './judge-plateau.ts'

const production = { fromSeconds: 0, toSeconds: 100, ratePerSecond: 1000 }
const curve = (depth: (second: number) => number) =>
  Array.from({ length: 101 }, (_, second) => ({ atSeconds: second, depth: depth(second) }))

test('C8: a depth that rises to a level and falls at the end is a plateau', () => {
  const judged = judgePlateau(
    curve((second) => (second < 5 || second > 95 ? 0 : 400)),
    production,
  )
  assert.deepEqual(judged, { slope: 0, plateau: true })
})

test('C8: a depth that grows by 1 % of the production rate is the limit', () => {
  assert.equal(
    judgePlateau(
      curve((second) => 10 * second),
      production,
    )?.plateau,
    true,
  )
  assert.equal(
    judgePlateau(
      curve((second) => 11 * second),
      production,
    )?.plateau,
    false,
  )
  assert.equal(
    judgePlateau(
      curve((second) => 2000 - 11 * second),
      production,
    )?.plateau,
    false,
  )
})

test('C8: the slope of any straight line is found, whatever its start', () => {
  fc.assert(
    fc.property(fc.integer({ min: -500, max: 500 }), fc.nat(1_000_000), (slope, start) => {
      const judged = judgePlateau(
        curve((second) => start + slope * second),
        production,
      )
      assert.ok(Math.abs((judged?.slope ?? Number.NaN) - slope) < 1e-6)
    }),
  )
})

test('C8: too few samples to see a line are no verdict', () => {
  assert.equal(judgePlateau([], production), null)
  assert.equal(judgePlateau(curve(() => 1).slice(40, 42), production), null)
  const sameInstant = Array.from({ length: 5 }, () => ({ atSeconds: 50, depth: 3 }))
  assert.equal(judgePlateau(sameInstant, production), null)
})
