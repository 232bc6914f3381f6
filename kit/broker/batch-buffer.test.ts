import assert from 'node:assert/strict'
import { describe, mock, test } from 'node:test'
import type { ConsumeMessage } from 'amqplib'
import fc from 'fast-check'
import { BatchBuffer } from './batch-buffer.ts'
import type { Delivery } from './delivery.ts'
import type { IdentifiedEvent } from './event-group.ts'

let tag = 0
function delivery(events: number, faulty = 0): Delivery<IdentifiedEvent> {
  tag++
  return {
    message: { fields: { deliveryTag: tag } } as unknown as ConsumeMessage,
    receivedAt: performance.now(),
    events: Array.from({ length: events }, (_, index) => ({ id: `${tag}-${index}` })),
    faulty: Array.from({ length: faulty }, () => ({ content: null, fault: 'x' })),
    deliveryCount: 0,
  }
}
const sizes = (batch: Delivery<IdentifiedEvent>[]) =>
  batch.map((one) => one.events.length + one.faulty.length)

describe('a batch', () => {
  test('is ready as soon as it holds enough events, faulty ones included', async () => {
    const buffer = new BatchBuffer(10, 3_600_000)
    const taken = buffer.take()
    for (const one of [delivery(4), delivery(1, 3), delivery(2)]) buffer.push(one)
    assert.deepEqual(sizes(await taken), [4, 4, 2])
    assert.equal(buffer.length, 0)
  })

  test('is ready when its first event is old enough', async () => {
    const buffer = new BatchBuffer(1_000, 30)
    const first = delivery(1)
    buffer.push(first)
    const taken = buffer.take()
    buffer.push(delivery(2))
    assert.deepEqual(sizes(await taken), [1, 2])
    assert.ok(performance.now() - first.receivedAt >= 30)
  })

  test('is ready at once when it may have no age', async () => {
    const buffer = new BatchBuffer(1_000, 0)
    buffer.push(delivery(1))
    assert.deepEqual(sizes(await buffer.take()), [1])
  })

  test('waits for its first event as long as it takes', async () => {
    const buffer = new BatchBuffer(1, 0)
    const taken = buffer.take()
    await new Promise(setImmediate)
    buffer.push(delivery(1))
    assert.deepEqual(sizes(await taken), [1])
  })

  test('leaves what does not fit to the next one, and takes a delivery that is too large alone', async () => {
    const buffer = new BatchBuffer(10, 0)
    for (const size of [6, 5, 25, 1]) buffer.push(delivery(size))
    for (const expected of [[6], [5], [25], [1]]) assert.deepEqual(sizes(await buffer.take()), expected)
  })

  test('is what there is, or nothing, after a flush', async () => {
    const buffer = new BatchBuffer(10, 3_600_000)
    const waiting = buffer.take()
    buffer.flush()
    assert.deepEqual(await waiting, [])
    buffer.push(delivery(1))
    assert.deepEqual(sizes(await buffer.take()), [1])
    assert.deepEqual(await buffer.take(), [])
  })

  test('never comes of what was cleared or taken all at once', async () => {
    const buffer = new BatchBuffer(10, 3_600_000)
    buffer.push(delivery(9))
    buffer.clear()
    assert.deepEqual([buffer.length, buffer.oldestReceivedAt()], [0, undefined])
    buffer.push(delivery(4))
    assert.deepEqual(sizes(buffer.takeAll()), [4])
    // Neither of the two may count towards the size of what comes now.
    const taken = buffer.take()
    buffer.push(delivery(9))
    buffer.push(delivery(1))
    assert.deepEqual(sizes(await taken), [9, 1])
  })

  test('holds every delivery once and in order, however they come and are taken', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(30)), fc.integer({ min: 1, max: 40 }), async (counts, batchEvents) => {
        const buffer = new BatchBuffer(batchEvents, 0)
        const pushed = counts.map((count) => delivery(count))
        for (const one of pushed) buffer.push(one)
        const taken: Delivery<IdentifiedEvent>[] = []
        while (buffer.length > 0) {
          const batch = await buffer.take()
          assert.ok(batch.length === 1 || sizes(batch).reduce((sum, size) => sum + size, 0) <= batchEvents)
          taken.push(...batch)
        }
        assert.deepEqual(taken, pushed)
      }),
    )
  })
})

test('a buffer that is taken from leaves no timer behind', async () => {
  const set = mock.method(globalThis, 'setTimeout')
  const cleared = mock.method(globalThis, 'clearTimeout')
  const buffer = new BatchBuffer(2, 3_600_000)
  buffer.push(delivery(1))
  const taken = buffer.take()
  buffer.push(delivery(1))
  await taken
  const timer = set.mock.calls[0]?.result
  assert.ok(cleared.mock.calls.some((call) => call.arguments[0] === timer))
  mock.restoreAll()
})
