import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { freshQueues } from '../testing/fresh-queues.ts'
import { management } from '../testing/management.ts'
import { declareTopology, deliveryLimit } from './topology.ts'

interface QueueRow {
  durable: boolean
  type: string
  arguments: Record<string, unknown>
}
interface BindingRow {
  source: string
  destination: string
  routing_key: string
}

describe('the topology', () => {
  test('is in RabbitMQ as declared: read back, nothing has drifted', async () => {
    await using queues = await freshQueues()
    const { names, channel } = queues
    await declareTopology(channel, names, 'sample')
    const main = await management<QueueRow>(`queues/%2F/${names.queue}`)
    assert.deepEqual([main.type, main.durable], ['quorum', true])
    assert.deepEqual(main.arguments, {
      'x-queue-type': 'quorum',
      'x-delivery-limit': deliveryLimit,
      'x-dead-letter-exchange': names.parkingExchange,
      'x-dead-letter-routing-key': names.queue,
      'x-dead-letter-strategy': 'at-least-once',
      'x-overflow': 'reject-publish',
      'x-max-length-bytes': 2_147_483_648,
    })
    const parking = await management<QueueRow>(`queues/%2F/${names.parkingQueue}`)
    assert.deepEqual(parking.arguments, {
      'x-queue-type': 'quorum',
      'x-delivery-limit': 1_000_000,
      'x-overflow': 'reject-publish',
      'x-max-length-bytes': 2_147_483_648,
    })
    for (const [exchange, type] of [
      [names.exchange, 'topic'],
      [names.parkingExchange, 'direct'],
    ] as const) {
      const row = await management<{ type: string; durable: boolean }>(`exchanges/%2F/${exchange}`)
      assert.deepEqual([row.type, row.durable], [type, true])
    }
    for (const [queue, source, key] of [
      [names.queue, names.exchange, 'sample'],
      [names.parkingQueue, names.parkingExchange, names.queue],
    ] as const) {
      const bindings = await management<BindingRow[]>(`queues/%2F/${queue}/bindings`)
      assert.ok(bindings.some((one) => one.source === source && one.routing_key === key))
    }
  })

  test('may be declared again and by many at once', async () => {
    await using queues = await freshQueues()
    const channels = await Promise.all(Array.from({ length: 4 }, () => queues.model.createChannel()))
    await Promise.all(channels.map((channel) => declareTopology(channel, queues.names, 'sample')))
    await declareTopology(queues.channel, queues.names, 'sample')
  })

  test('is refused when a queue of that name has other arguments', async () => {
    await using queues = await freshQueues()
    await queues.channel.assertQueue(queues.names.queue, { durable: true })
    await assert.rejects(declareTopology(queues.channel, queues.names, 'sample'), /PRECONDITION_FAILED/)
  })

  test('parks a message that RabbitMQ itself gives up', async () => {
    await using queues = await freshQueues()
    const { channel, names } = queues
    await declareTopology(channel, names, 'sample')
    channel.sendToQueue(names.queue, Buffer.from('given up'))
    for (let delivery = 0; delivery <= deliveryLimit; delivery++) {
      let message = await channel.get(names.queue)
      while (!message) message = await channel.get(names.queue)
      channel.nack(message, false, true)
    }
    let parked = await channel.get(names.parkingQueue, { noAck: true })
    while (!parked) parked = await channel.get(names.parkingQueue, { noAck: true })
    assert.equal(parked.content.toString(), 'given up')
    assert.equal((await channel.checkQueue(names.queue)).messageCount, 0)
  })
})
