import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AdmissionGate, createPolicy, type GateClock, type Waiting } from './admission-gate.ts'
import type { Limiter } from './types.ts'

/** A clock that moves only when told and counts how often anybody asked for anything. */
class VirtualClock implements GateClock {
  atMs = 0
  timersArmed = 0
  #timer: { dueMs: number; callback: () => void } | undefined

  nowMs(): number {
    return this.atMs
  }

  after(delayMs: number, callback: () => void): () => void {
    assert.equal(this.#timer, undefined, 'there is never more than one timer')
    this.timersArmed++
    this.#timer = { dueMs: this.atMs + delayMs, callback }
    return () => {
      this.#timer = undefined
    }
  }

  advanceTo(targetMs: number): void {
    while (this.#timer !== undefined && this.#timer.dueMs <= targetMs) {
      const { dueMs, callback } = this.#timer
      this.#timer = undefined
      this.atMs = Math.max(this.atMs, dueMs)
      callback()
    }
    this.atMs = targetMs
  }
}

function gateOf(limiter: Limiter): { gate: AdmissionGate; clock: VirtualClock } {
  const clock = new VirtualClock()
  return { gate: new AdmissionGate(createPolicy(limiter, 0), clock), clock }
}

function thread(number: number, admitted: number[]): Waiting {
  return { waitingSinceMs: 0, admitted: () => admitted.push(number) }
}

test('RID-D8 while the breaker is open its threads are parked: one timer a second, no polling', () => {
  const { gate, clock } = gateOf({ kind: 'breaker', open: 10, close: 5 })
  for (let i = 0; i <= 10; i++) gate.completed()
  const admitted: number[] = []
  for (let i = 0; i < 96; i++) assert.equal(gate.enter(thread(i, admitted)), false)
  clock.advanceTo(999)
  assert.deepEqual(admitted, [])
  assert.equal(clock.timersArmed, 1)
  clock.advanceTo(1_001)
  assert.deepEqual(
    admitted,
    Array.from({ length: 96 }, (_, i) => i),
  )
  assert.equal(clock.timersArmed, 1)
})

test('a breaker closed by a completion releases the parked threads at once', () => {
  const { gate, clock } = gateOf({ kind: 'breaker', open: 1, close: 5 })
  gate.completed()
  gate.completed()
  const admitted: number[] = []
  gate.enter(thread(7, admitted))
  clock.atMs = 1_002
  gate.completed()
  assert.deepEqual(admitted, [7])
})

test('a gate that keeps refusing checks again once a second', () => {
  const { gate, clock } = gateOf({ kind: 'breaker', open: 10, close: 5 })
  for (let i = 0; i <= 10; i++) gate.completed()
  const admitted: number[] = []
  gate.enter(thread(0, admitted))
  for (let i = 0; i < 5; i++) gate.completed()
  clock.advanceTo(1_500)
  assert.deepEqual(admitted, [], 'the finished interval counted as many as close')
  assert.equal(clock.timersArmed, 2)
  clock.advanceTo(2_500)
  assert.deepEqual(admitted, [0])
})

test('a closed gate admits nobody any more', () => {
  const { gate, clock } = gateOf({ kind: 'token-bucket', ratePerSecond: 1, burst: 1 })
  const admitted: number[] = []
  assert.equal(gate.enter(thread(0, admitted)), true)
  assert.equal(gate.enter(thread(1, admitted)), false)
  gate.close()
  clock.advanceTo(10_000)
  assert.deepEqual(admitted, [])
})

test('a token bucket holds its mean rate exactly although its timer is late every time', () => {
  const ratePerSecond = 3_000
  const { gate, clock } = gateOf({ kind: 'token-bucket', ratePerSecond, burst: 1 })
  let admissions = 0
  const again: Waiting = {
    waitingSinceMs: 0,
    admitted: () => {
      admissions++
      while (gate.enter(again)) admissions++
    },
  }
  again.admitted()
  // Whole milliseconds only, as with setTimeout: three requests become due between two looks at the clock.
  for (let ms = 1; ms <= 10_000; ms++) clock.advanceTo(ms)
  assert.ok(Math.abs(admissions - ratePerSecond * 10) <= 3, `${admissions} admissions in 10 s`)
})

test('a token bucket lets a burst through after a pause and then the steady rate', () => {
  const { gate, clock } = gateOf({ kind: 'token-bucket', ratePerSecond: 10, burst: 5 })
  clock.advanceTo(60_000)
  const admitted: number[] = []
  const atOnce = Array.from({ length: 8 }, (_, i) => gate.enter(thread(i, admitted)))
  assert.deepEqual(atOnce, [true, true, true, true, true, false, false, false])
  clock.advanceTo(60_100)
  assert.deepEqual(admitted, [5])
  clock.advanceTo(60_350)
  assert.deepEqual(admitted, [5, 6, 7])
})
