import { randomBytes } from 'node:crypto'
import { type Channel, type ChannelModel, connect } from 'amqplib'
import { type QueueNames, queueNames } from '../broker/names.ts'
import { serverUrl } from './servers.ts'

export interface FreshQueues extends AsyncDisposable {
  names: QueueNames
  model: ChannelModel
  /** A plain channel, for looking at queues and for putting hostile messages into them. */
  channel: Channel
}

/** Names that nobody else uses on the test run's RabbitMQ; what was declared under them is deleted afterwards. */
export async function freshQueues(): Promise<FreshQueues> {
  const names = queueNames(`test-${randomBytes(6).toString('hex')}`, 'consumer')
  const model = await connect(serverUrl('AMQP_URL'))
  model.on('error', () => undefined)
  const channel = await model.createChannel()
  channel.on('error', () => undefined)
  return {
    names,
    model,
    channel,
    async [Symbol.asyncDispose]() {
      const cleaner = await connect(serverUrl('AMQP_URL'))
      const deletion = await cleaner.createChannel()
      for (const queue of [names.queue, names.parkingQueue]) await deletion.deleteQueue(queue)
      for (const exchange of [names.exchange, names.parkingExchange]) await deletion.deleteExchange(exchange)
      await cleaner.close()
      await model.close().catch(() => undefined)
    },
  }
}
