import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ThroughputBreaker } from './throughput-breaker.ts'

test('one completed request is one event, and asking is none', () => {
  const breaker = new ThroughputBreaker({ open: 2, close: 2 }, 0)
  for (let i = 0; i < 100; i++) assert.ok(breaker.admits(1))
  breaker.completed(1)
  breaker.completed(1)
  assert.ok(breaker.admits(1), 'a count equal to the threshold does not open it')
  assert.equal(breaker.completed(1), false)
  assert.equal(breaker.isOpen, true)
})

test('a call more than one second after the start begins a new interval, a call at one second does not', () => {
  const early = new ThroughputBreaker({ open: 2, close: 2 }, 0)
  early.completed(0)
  early.completed(500)
  early.completed(1_000)
  assert.equal(early.isOpen, true)
  const late = new ThroughputBreaker({ open: 2, close: 2 }, 0)
  late.completed(0)
  late.completed(500)
  late.completed(1_000.5)
  assert.equal(late.isOpen, false)
  late.completed(1_001)
  late.completed(1_002)
  assert.equal(late.isOpen, true, 'the event that began the interval counts in it')
})

test('it closes only at a roll-over, and only when the finished interval counted less than close', () => {
  const breaker = new ThroughputBreaker({ open: 2, close: 3 }, 0)
  for (let i = 0; i < 3; i++) breaker.completed(10)
  assert.equal(breaker.isOpen, true)
  for (let i = 0; i < 3; i++) breaker.completed(20)
  assert.equal(breaker.admits(1_000), false, 'still the interval that began with opening')
  assert.equal(breaker.admits(1_011), false, 'the finished interval counted 3, not less')
  assert.equal(breaker.admits(2_011), false)
  assert.equal(breaker.admits(2_012), true, 'the finished interval counted 0')
  assert.equal(breaker.trips, 1)
})

test('every transition begins a new interval with count 0', () => {
  const breaker = new ThroughputBreaker({ open: 2, close: 3 }, 0)
  for (let i = 0; i < 3; i++) breaker.completed(900)
  assert.equal(breaker.nextCheckMs() > 1_900, true)
  assert.equal(breaker.admits(1_901), true)
  breaker.completed(1_902)
  breaker.completed(1_903)
  assert.equal(breaker.isOpen, false, 'the event count of before the transitions is gone')
  breaker.completed(2_901)
  assert.equal(breaker.isOpen, true)
})

test('while open, a completion may close it', () => {
  const breaker = new ThroughputBreaker({ open: 1, close: 5 }, 0)
  breaker.completed(0)
  breaker.completed(0)
  assert.equal(breaker.isOpen, true)
  assert.equal(breaker.completed(1_001), true)
  assert.equal(breaker.isOpen, false)
})

/**
 * Throughput of 96 threads on a server that does `freeRate` requests/s, first come, first served, until
 * `requests` are done; event by event.
 */
function simulate(thresholds: { open: number; close: number }, freeRate: number, requests: number): number {
  const threads = 96
  const serviceMs = 1_000 / freeRate
  const breaker = new ThroughputBreaker(thresholds, 0)
  const completions: number[] = []
  let head = 0
  let parked = threads
  let nowMs = 0
  let completed = 0
  while (completed < requests) {
    while (parked > 0 && breaker.admits(nowMs)) {
      parked--
      completions.push(Math.max(nowMs, completions.at(-1) ?? 0) + serviceMs)
    }
    const completionMs = completions[head] ?? Infinity
    const checkMs = parked > 0 ? breaker.nextCheckMs() : Infinity
    nowMs = Math.min(completionMs, checkMs)
    if (completionMs > checkMs) continue
    head++
    completed++
    parked++
    breaker.completed(nowMs)
  }
  return completed / (nowMs / 1_000)
}

test('RID-I11 a simulated run has the throughput of the table in the specification, within 1 %', () => {
  const table: [{ open: number; close: number }, [number, number][]][] = [
    [
      { open: 3_800, close: 3_300 },
      [
        [4_500, 2_120],
        [5_000, 2_222],
        [5_500, 2_313],
        [6_000, 2_395],
        [8_000, 2_641],
        [20_000, 3_292],
      ],
    ],
    [
      { open: 4_300, close: 3_800 },
      [
        [4_500, 2_252],
        [5_000, 2_368],
        [5_500, 2_472],
        [6_000, 2_566],
        [8_000, 2_866],
        [20_000, 3_629],
      ],
    ],
    [
      { open: 4_800, close: 4_300 },
      [
        [4_500, 4_500],
        [5_000, 2_504],
        [5_500, 2_621],
        [6_000, 2_727],
        [8_000, 3_068],
        [20_000, 3_963],
      ],
    ],
  ]
  for (const [thresholds, columns] of table) {
    for (const [freeRate, expected] of columns) {
      const throughput = simulate(thresholds, freeRate, 600_000)
      const deviation = Math.abs(throughput / expected - 1)
      assert.ok(
        deviation <= 0.01,
        `${thresholds.open} at ${freeRate}/s: ${throughput.toFixed(0)}, not ${expected}`,
      )
    }
  }
})
