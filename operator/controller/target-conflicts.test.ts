import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { HorizontalPodAutoscaler } from '../kubernetes/objects.ts'
import { sampleScaler } from '../testing/sample-scaler.ts'
import { findTargetConflict, indexTargets } from './target-conflicts.ts'

const scaler = (name: string, more: { target?: string; namespace?: string; createdAt?: string } = {}) =>
  sampleScaler({
    metadata: {
      name,
      uid: `uid-${name}`,
      namespace: more.namespace ?? 'lab',
      creationTimestamp: `2026-01-01T00:00:${more.createdAt ?? '00'}Z`,
    },
    spec: { scaleTargetRef: { name: more.target ?? 'writer' } },
  })
const autoscaler = (target: object, namespace = 'lab'): HorizontalPodAutoscaler => ({
  metadata: { name: 'hpa', namespace },
  spec: { scaleTargetRef: { kind: 'Deployment', name: 'writer', ...target } },
})

test('among scalers of one target the oldest one has it, whatever the order', () => {
  const [old, young, elsewhere] = [
    scaler('z-old', { createdAt: '01' }),
    scaler('a-young', { createdAt: '02' }),
    scaler('elsewhere', { namespace: 'other', createdAt: '00' }),
  ]
  for (const all of [
    [old, young, elsewhere],
    [elsewhere, young, old],
  ]) {
    const usersOf = indexTargets(all, [])
    assert.equal(findTargetConflict(old, usersOf(old)), undefined)
    assert.equal(findTargetConflict(elsewhere, usersOf(elsewhere)), undefined)
    assert.deepEqual(findTargetConflict(young, usersOf(young)), {
      status: 'False',
      reason: 'TargetHasScaler',
      message: 'QueueScaler "z-old" sets the replicas of Deployment "writer" already: delete one of the two',
    })
  }
})

test('of two scalers of the same second one has the target, and not both', () => {
  const both = [scaler('a'), scaler('b')]
  const usersOf = indexTargets(both, [])
  assert.deepEqual(
    both.map((one) => findTargetConflict(one, usersOf(one))?.reason),
    [undefined, 'TargetHasScaler'],
  )
})

test('an HPA has the target before any scaler; one of another group, kind or namespace does not matter', () => {
  const own = scaler('own')
  const reason = (...autoscalers: HorizontalPodAutoscaler[]) =>
    findTargetConflict(own, indexTargets([own], autoscalers)(own))?.reason
  assert.equal(reason(autoscaler({ apiVersion: 'apps/v1' })), 'TargetHasAutoscaler')
  assert.equal(reason(autoscaler({ apiVersion: 'apps/v1beta1' })), 'TargetHasAutoscaler')
  assert.equal(reason(autoscaler({ apiVersion: 'example.org/v1' })), undefined)
  assert.equal(reason(autoscaler({ kind: 'StatefulSet' })), undefined)
  assert.equal(reason(autoscaler({}, 'other')), undefined)
})
