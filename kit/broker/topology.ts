import type { Channel } from 'amqplib'
import type { QueueNames } from './names.ts'

/**
 * Deliveries after which RabbitMQ itself parks a message: the second line behind the consumer's own rules, for
 * a message that kills every process that touches it.
 */
export const deliveryLimit = 20

/** Upper bound of a queue's size; publishers get a nack beyond it instead of RabbitMQ running out of disk. */
const maxQueueBytes = 2 * 1024 ** 3

/**
 * Declares a system's exchange and one consumer's queues; harmless when they exist with the same arguments.
 *
 * Quorum queues: confirmed means written and flushed. Dead-lettering is at-least-once, which needs
 * `reject-publish`; otherwise RabbitMQ falls back to at-most-once without a word.
 *
 * @throws when a queue exists with other arguments (406); the channel is closed then
 */
export async function declareTopology(
  channel: Channel,
  names: QueueNames,
  routingKey: string,
): Promise<void> {
  await channel.assertExchange(names.exchange, 'topic', { durable: true })
  await declareParking(channel, names)
  await channel.assertQueue(names.queue, {
    durable: true,
    arguments: {
      'x-queue-type': 'quorum',
      'x-delivery-limit': deliveryLimit,
      'x-dead-letter-exchange': names.parkingExchange,
      'x-dead-letter-routing-key': names.queue,
      'x-dead-letter-strategy': 'at-least-once',
      'x-overflow': 'reject-publish',
      'x-max-length-bytes': maxQueueBytes,
    },
  })
  await channel.bindQueue(names.queue, names.exchange, routingKey)
}

/**
 * Declares only where parked messages go.
 *
 * @throws when the queue exists with other arguments (406); the channel is closed then
 */
export async function declareParking(channel: Channel, names: QueueNames): Promise<void> {
  await channel.assertExchange(names.parkingExchange, 'direct', { durable: true })
  await channel.assertQueue(names.parkingQueue, {
    durable: true,
    arguments: {
      'x-queue-type': 'quorum',
      // Looking at parked messages counts as a delivery, and RabbitMQ 4 drops a message after 20 by default.
      'x-delivery-limit': 1_000_000,
      'x-max-length-bytes': maxQueueBytes,
      'x-overflow': 'reject-publish',
    },
  })
  await channel.bindQueue(names.parkingQueue, names.parkingExchange, names.queue)
}
