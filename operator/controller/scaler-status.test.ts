import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { QueueScalerStatus, StatusRecommendation } from '../queue-scaler/status-schema.ts'
import { SignalFault } from '../signals/signal-fault.ts'
import { composeStatus, readiness, ready, transitions, undecidedConditions } from './scaler-status.ts'
import { StatusThrottle } from './status-throttle.ts'

const missing = { status: 'False', reason: 'TargetNotFound', message: 'no target' } as const
const compose = (
  before: QueueScalerStatus | undefined,
  second: number,
  readyNow: Parameters<typeof composeStatus>[1]['ready'] = ready,
  recommendation?: StatusRecommendation,
) =>
  composeStatus(before, {
    generation: 3,
    now: new Date(Date.UTC(2026, 0, 1, 0, 0, second, 500)),
    ready: readyNow,
    conditions: undecidedConditions(missing),
    replicas: 2,
    recommendation,
    lastScaleTime: undefined,
  })
const recommendation = (more: object): StatusRecommendation => ({
  replicas: 2,
  mode: 'Act',
  computedAt: '2026-01-01T00:00:00Z',
  bindingRule: 'KeepUpWithArrivals',
  explanation: 'so',
  inputs: { readyMessages: 5, signalAge: '0.1s' },
  ...more,
})

test('a broker that is away leaves Ready alone; what a person must mend does not', () => {
  const fault = (reason: SignalFault['reason']) => new SignalFault(reason, reason)
  assert.equal(readiness([]), ready)
  assert.equal(readiness([fault('BrokerUnreachable'), fault('BrokerError')]), ready)
  assert.deepEqual(readiness([fault('BrokerUnreachable'), fault('QueueNotFound')]), {
    status: 'False',
    reason: 'QueueNotFound',
    message: 'QueueNotFound',
  })
})

test('every condition is there from the first status on, and its time stays while its status does', () => {
  const first = compose(undefined, 1)
  assert.deepEqual(
    first.conditions?.map(({ type }) => type),
    ['Ready', 'Active', 'SignalFresh', 'ObjectiveMet', 'ScalingLimited', 'EffectiveScaling', 'Paused'],
  )
  const second = compose(first, 2)
  assert.deepEqual(second.conditions, first.conditions)
  const third = compose(second, 3, missing)
  assert.deepEqual(transitions(second, third), [{ from: second.conditions?.[0], to: third.conditions?.[0] }])
  assert.deepEqual(third.conditions?.[0], {
    type: 'Ready',
    ...missing,
    observedGeneration: 3,
    lastTransitionTime: '2026-01-01T00:00:03Z',
  })
})

test('while no decision can be made the last one stays to be seen', () => {
  const decided = compose(undefined, 1, ready, recommendation({ replicas: 7 }))
  const undecided = compose(decided, 2, missing)
  assert.equal(undecided.desiredReplicas, 7)
  assert.deepEqual(undecided.recommendation, decided.recommendation)
})

test('the passing of time is no news; figures are after 30 s; a changed reason is at once', () => {
  const first = compose(undefined, 1, ready, recommendation({}))
  const throttle = new StatusThrottle(undefined)
  assert.equal(throttle.isDue(first, 0), true)
  throttle.wrote(first, 0)
  const later = compose(
    first,
    9,
    ready,
    recommendation({ computedAt: 'later', inputs: { readyMessages: 5, signalAge: '0.9s' } }),
  )
  assert.equal(throttle.isDue(later, 3_600_000), false)
  const figures = compose(first, 9, ready, recommendation({ inputs: { readyMessages: 6 } }))
  assert.equal(throttle.isDue(figures, 29_999), false)
  assert.equal(throttle.isDue(figures, 30_000), true)
  throttle.wrote(figures, 30_000)
  assert.equal(throttle.isDue(compose(figures, 9, missing), 30_001), true)
})

test('a status that changes all the time is written at most 6 times in any minute', () => {
  const throttle = new StatusThrottle(undefined)
  const writtenAtMs: number[] = []
  for (let nowMs = 0; nowMs < 600_000; nowMs += 1_000) {
    const status = compose(undefined, 1, ready, recommendation({ replicas: nowMs }))
    if (!throttle.isDue(status, nowMs)) continue
    throttle.wrote(status, nowMs)
    writtenAtMs.push(nowMs)
  }
  const mostInAMinute = Math.max(
    ...writtenAtMs.map((from) => writtenAtMs.filter((atMs) => atMs >= from && atMs < from + 60_000).length),
  )
  assert.ok(mostInAMinute >= 4 && mostInAMinute <= 6, `${mostInAMinute}`)
  assert.ok(writtenAtMs.length >= 30)
})

test('a successor does not write again what the object has already', () => {
  const status = compose(undefined, 1, ready, recommendation({}))
  assert.equal(new StatusThrottle(status).isDue(status, 0), false)
})
