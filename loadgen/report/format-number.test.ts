import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatCount, formatMs, formatPercent, formatPlural } from './format-number.ts'

test('milliseconds keep about three digits, whatever their size, and never round to a fourth', () => {
  assert.deepEqual([0.314, 4.2, 9.994, 9.996, 15.24, 99.96, 1204.4].map(formatMs), [
    ...['0.31', '4.20', '9.99', '10.0', '15.2', '100', '1,204'],
  ])
})

test('counts have thousands separators, shares a percent sign, and unknown is a dash', () => {
  assert.deepEqual([0, 2, 2.46, 12.4, 10_312.4].map(formatCount), ['0', '2', '2.5', '12', '10,312'])
  assert.deepEqual([0, 0.0005, 0.125, 1].map(formatPercent), ['0 %', '0.050 %', '12.5 %', '100.0 %'])
  assert.deepEqual([formatCount(null), formatMs(null), formatPercent(null)], ['–', '–', '–'])
  assert.deepEqual([formatPlural(1, 'run'), formatPlural(2, 'run')], ['1 run', '2 runs'])
})
