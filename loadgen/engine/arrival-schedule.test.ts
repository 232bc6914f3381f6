import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ArrivalSchedule } from './arrival-schedule.ts'

function take(schedule: ArrivalSchedule, count: number): number[] {
  return Array.from({ length: count }, () => schedule.take())
}

test('a constant schedule does not drift: arrival k is due at exactly k / rate', () => {
  const schedule = new ArrivalSchedule({ ratePerSecond: 300, distribution: 'constant' }, 1)
  const dueMs = take(schedule, 300_001)
  assert.equal(dueMs[0], 0)
  assert.equal(dueMs[300_000], 300_000 * (1_000 / 300))
})

test('a Poisson schedule has the right rate and exponential gaps, and is the same for the same seed', () => {
  const arrival = { ratePerSecond: 500, distribution: 'poisson' } as const
  const dueMs = take(new ArrivalSchedule(arrival, 7), 100_000)
  assert.deepEqual(take(new ArrivalSchedule(arrival, 7), 100), dueMs.slice(0, 100))
  assert.notDeepEqual(take(new ArrivalSchedule(arrival, 8), 100), dueMs.slice(0, 100))
  const gaps = dueMs.map((due, i) => due - (dueMs[i - 1] ?? 0))
  assert.ok(gaps.every((gap) => gap >= 0))
  const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length
  const deviation = Math.sqrt(gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / gaps.length)
  assert.ok(Math.abs(mean - 2) < 0.03, `mean gap ${mean} ms`)
  assert.ok(Math.abs(deviation - 2) < 0.05, `standard deviation ${deviation} ms`)
})

test('nextDueMs is what take returns next', () => {
  const schedule = new ArrivalSchedule({ ratePerSecond: 10, distribution: 'poisson' }, 3)
  for (let i = 0; i < 10; i++) {
    const next = schedule.nextDueMs
    assert.equal(schedule.take(), next)
  }
})
