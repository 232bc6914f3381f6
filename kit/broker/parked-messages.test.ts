import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { ConfirmChannel } from 'amqplib'
import { eventually } from '../testing/eventually.ts'
import {
  declareFirst,
  openSampleConsumer,
  readyMessages,
  type SampleConsumer,
} from '../testing/sample-consumer.ts'
import { discardParked, listParked, replayParked } from './parked-messages.ts'

interface WithParked extends AsyncDisposable {
  opened: SampleConsumer
  channel: ConfirmChannel
  queue: string
  parkedCount(): Promise<number>
}

/** A consumer that has parked poison0, poison1, …, and is stopped. */
async function withParked(count: number): Promise<WithParked> {
  const opened = await openSampleConsumer({}, declareFirst)
  const { model, names } = opened.queues
  for (let index = 0; index < count; index++) {
    opened.send(`poison${index}`)
    await eventually(
      'parked',
      async () => (await readyMessages(opened.queues, names.parkingQueue)) === index + 1,
    )
  }
  await opened.consumer.stop()
  const channel = await model.createConfirmChannel()
  channel.on('error', () => undefined)
  return {
    opened,
    channel,
    queue: names.queue,
    parkedCount: () => readyMessages(opened.queues, names.parkingQueue),
    [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose](),
  }
}

const idsOf = async ({ channel, queue }: WithParked, limit = 100) =>
  (await listParked(channel, queue, limit)).map((message) => message.id)

describe('parked messages', { concurrency: 4 }, () => {
  test('are listed with id, reason, time and body, oldest first', async () => {
    await using parked = await withParked(3)
    const list = await listParked(parked.channel, parked.queue, 100)
    assert.deepEqual(
      list.map(({ id, reason, body }) => [id, reason, body]),
      [0, 1, 2].map((n) => [`poison${n}`, `refused: poison${n}`, `{"events":[{"id":"poison${n}"}]}`]),
    )
    assert.ok(list.every(({ parkedAt }) => Math.abs(Date.parse(parkedAt) - Date.now()) < 60_000))
  })

  test('are all there, in order, after they were listed 30 times', async () => {
    await using parked = await withParked(3)
    for (let time = 0; time < 30; time++)
      assert.equal((await idsOf(parked, 1 + (time % 3))).length, 1 + (time % 3))
    assert.deepEqual(await idsOf(parked), ['poison0', 'poison1', 'poison2'])
  })

  test('are replayed one by id, or all, and leave the parking queue', async () => {
    await using parked = await withParked(3)
    const { channel, queue, opened } = parked
    assert.equal(await replayParked(channel, queue, 100, 'poison1'), 1)
    assert.deepEqual(await idsOf(parked), ['poison0', 'poison2'])
    const message = await channel.get(queue, { noAck: true })
    assert.ok(message)
    assert.equal(message.content.toString(), '{"events":[{"id":"poison1"}]}')
    assert.equal(message.properties.messageId, 'poison1')
    assert.equal(message.properties.headers?.['x-chairlift-reason'], undefined)
    assert.equal(await replayParked(channel, queue, 100), 2)
    assert.equal(await parked.parkedCount(), 0)
    assert.equal(await readyMessages(opened.queues, queue), 2)
  })

  test('are discarded one by id, or all', async () => {
    await using parked = await withParked(3)
    const { channel, queue, opened } = parked
    assert.equal(await discardParked(channel, queue, 100, 'poison2'), 1)
    assert.deepEqual(await idsOf(parked), ['poison0', 'poison1'])
    assert.equal(await discardParked(channel, queue, 1), 1)
    assert.deepEqual(await idsOf(parked), ['poison1'])
    assert.equal(await discardParked(channel, queue, 100), 1)
    assert.equal(await parked.parkedCount(), 0)
    assert.equal(await readyMessages(opened.queues, queue), 0)
  })

  test('with an id that is not there are left alone', async () => {
    await using parked = await withParked(1)
    assert.equal(await replayParked(parked.channel, parked.queue, 100, 'nobody'), 0)
    assert.equal(await discardParked(parked.channel, parked.queue, 100, 'nobody'), 0)
    assert.deepEqual(await idsOf(parked), ['poison0'])
  })

  test('are not lost when their queue is gone', async () => {
    await using parked = await withParked(2)
    await parked.opened.queues.channel.deleteQueue(parked.queue)
    await assert.rejects(replayParked(parked.channel, parked.queue, 100), /NOT_FOUND/)
    await eventually('both are there', async () => (await parked.parkedCount()) === 2)
  })

  test('that are no events of ours are shown as they are', async () => {
    await using parked = await withParked(0)
    const { names, channel } = parked.opened.queues
    channel.sendToQueue(names.parkingQueue, Buffer.from('anything'))
    await eventually('there', async () => (await parked.parkedCount()) === 1)
    assert.deepEqual(await listParked(parked.channel, parked.queue, 100), [
      { id: '(no id)', reason: 'unknown', parkedAt: '', body: 'anything' },
    ])
  })

  test('of a queue that does not exist cannot be listed', async () => {
    await using parked = await withParked(0)
    await assert.rejects(listParked(parked.channel, `${parked.queue}.nowhere`, 1), /NOT_FOUND/)
  })
})
