import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Pod } from './objects.ts'
import { chooseVictims, deletionCostAnnotation, deletionCostChanges } from './pod-deletion-cost.ts'

const pod = (name: string, createdAt: string, more: Partial<Pod['metadata']> = {}): Pod => ({
  metadata: { name, creationTimestamp: `2026-01-01T00:00:${createdAt}Z`, ...more },
})
const load = (entries: Record<string, [number, number]>) =>
  new Map(
    Object.entries(entries).map(([name, [unackedMessages, busyShare]]) => [
      name,
      { unackedMessages, busyShare },
    ]),
  )

test('the pods that hold least go first, then the idlest, then the youngest', () => {
  const pods = [pod('full', '01'), pod('old', '02'), pod('young', '03'), pod('busy', '04')]
  const known = load({ full: [50, 0.1], old: [0, 0.2], young: [0, 0.2], busy: [0, 0.9] })
  assert.deepEqual(chooseVictims(pods, known, 4), ['young', 'old', 'busy', 'full'])
  assert.deepEqual(chooseVictims(pods, known, 1), ['young'])
  assert.deepEqual(chooseVictims(pods, known, 0), [])
})

test('a pod that does not answer goes before those that work; one on its way out does not count', () => {
  const pods = [pod('works', '01'), pod('silent', '02'), pod('going', '03', { deletionTimestamp: 'now' })]
  assert.deepEqual(chooseVictims(pods, load({ works: [0, 0] }), 3), ['silent', 'works'])
})

test('only marks that are wrong are written', () => {
  const marked = { annotations: { [deletionCostAnnotation]: '-1' } }
  const pods = [
    pod('stays', '01'),
    pod('victim', '02'),
    pod('again', '03', marked),
    pod('spared', '04', marked),
  ]
  const changes = deletionCostChanges(pods, ['victim', 'again'])
  assert.deepEqual(
    [...changes],
    [
      ['victim', '-1'],
      ['spared', null],
    ],
  )
})
