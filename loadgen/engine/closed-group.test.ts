import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ClosedGroup } from './closed-group.ts'
import { createItemSupply } from './item-supply.ts'
import type { Lane } from './lane.ts'
import { fakeLaneContext } from './testing/fake-lane-context.ts'
import { closedGroup } from './testing/test-server.ts'

function oneThread(items: number) {
  const definition = closedGroup(1, items)
  const { context, connections } = fakeLaneContext([definition])
  const supply = createItemSupply(definition, new Int32Array(new SharedArrayBuffer(4)))
  const done: number[] = []
  const group = new ClosedGroup(
    { group: definition, index: 0, threads: [{ inRun: 0, inGroup: 0 }] },
    supply,
    context,
    { prepared: () => {}, threadsDone: (_group, threads) => done.push(threads) },
  )
  group.prepare()
  group.start(performance.now())
  return { group, context, connections, done }
}

test('a thread sends its next item in the very turn in which its last was answered', () => {
  const { group, connections, done } = oneThread(3)
  const [connection] = connections
  connection?.answer(200)
  assert.deepEqual(connection?.sent, ['/0', '/1'])
  connection?.answer(200)
  connection?.answer(200)
  assert.deepEqual(connection?.sent, ['/0', '/1', '/2'])
  assert.deepEqual(done, [1])
  assert.equal(group.sums().waitsForItem, 0)
})

test('RID-I8 a thread that comes for its item in a later turn is counted as having waited', () => {
  const { group, context } = oneThread(3)
  context.turn++
  group.itemDone(group.lanes[0] as Lane)
  assert.equal(group.sums().waitsForItem, 1)
})
