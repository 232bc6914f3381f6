import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseDuration, parseFraction } from './quantities.ts'

test('a duration is a number and a unit, and becomes milliseconds', () => {
  assert.equal(parseDuration('200ms'), 200)
  assert.equal(parseDuration('1.5s'), 1500)
  assert.equal(parseDuration('4.35m'), 261_000)
  assert.equal(parseDuration('1h'), 3_600_000)
  assert.equal(parseDuration('250us'), 0.25)
})

test('what is not exactly a duration is refused', () => {
  for (const text of ['', '200', '200 ms', '-1s', '1d', '1.s', '.5s', '1e3ms', '١s', '1s ', '99999999999s'])
    assert.throws(() => parseDuration(text), RangeError, text)
})

test('a percentage becomes the fraction one would write by hand', () => {
  assert.equal(parseFraction('0.1%'), 0.001)
  assert.equal(parseFraction('7%'), 0.07)
  assert.equal(parseFraction('100%'), 1)
  assert.equal(parseFraction(0.25), 0.25)
  for (const value of ['101%', '-1%', '5', '%', '1 %', 1.01, -0.01, Number.NaN])
    assert.throws(() => parseFraction(value), RangeError)
})

test('every whole number of milliseconds survives being written in milliseconds and in seconds', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 99_999_999 }), (ms) => {
      assert.equal(parseDuration(`${ms}ms`), ms)
      assert.equal(parseDuration(`${(ms / 1000).toFixed(3)}s`), ms)
    }),
  )
})
