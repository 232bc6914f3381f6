import type { Channel, ConfirmChannel, GetMessage } from 'amqplib'
import { parkingHeaders } from './parking-publisher.ts'

/** A parked message as a person wants to see it. */
export interface ParkedMessage {
  id: string
  reason: string
  parkedAt: string
  body: string
}

/**
 * The messages of a consumer's parking queue, oldest first; they stay where they are.
 *
 * @param queue the consumer's queue, e.g. rides.writer
 * @throws when the queue does not exist; the channel is closed then
 */
export async function listParked(channel: Channel, queue: string, limit: number): Promise<ParkedMessage[]> {
  const messages = await takeAll(channel, parkingQueueOf(queue), limit)
  try {
    return messages.map(describe)
  } finally {
    giveBack(channel, messages)
  }
}

/**
 * Sends parked messages to their queue again, each confirmed before it leaves the parking queue. Their events
 * keep their ids, so that what was applied in the meantime is not applied twice.
 *
 * @param id only the message with this id
 * @returns how many were sent
 * @throws when the queue does not exist; the channel is closed then
 */
export async function replayParked(
  channel: Channel,
  queue: string,
  limit: number,
  id?: string,
): Promise<number> {
  // RabbitMQ confirms what no queue takes; it would be gone from the parking queue then, too.
  await channel.checkQueue(queue)
  return await settle(channel, queue, limit, id, (message) =>
    resend(channel as ConfirmChannel, queue, message),
  )
}

/** Drops parked messages for good. @returns how many */
export async function discardParked(
  channel: Channel,
  queue: string,
  limit: number,
  id?: string,
): Promise<number> {
  return await settle(channel, queue, limit, id, () => Promise.resolve())
}

async function settle(
  channel: Channel,
  queue: string,
  limit: number,
  id: string | undefined,
  act: (message: GetMessage) => Promise<void>,
): Promise<number> {
  const messages = await takeAll(channel, parkingQueueOf(queue), limit)
  const chosen = messages.filter((message) => id === undefined || describe(message).id === id)
  const settled = new Set<GetMessage>()
  try {
    for (const message of chosen) {
      await act(message)
      channel.ack(message)
      settled.add(message)
    }
    return settled.size
  } finally {
    giveBack(
      channel,
      messages.filter((message) => !settled.has(message)),
    )
  }
}

function resend(channel: ConfirmChannel, queue: string, message: GetMessage): Promise<void> {
  const { contentType, type, messageId, timestamp } = message.properties
  return new Promise((resolve, reject) => {
    channel.sendToQueue(
      queue,
      message.content,
      { persistent: true, contentType, type, messageId, timestamp },
      (error) => (error ? reject(new Error(`not confirmed: ${error}`)) : resolve()),
    )
  })
}

async function takeAll(channel: Channel, queue: string, limit: number): Promise<GetMessage[]> {
  const messages: GetMessage[] = []
  while (messages.length < limit) {
    const message = await channel.get(queue)
    if (!message) break
    messages.push(message)
  }
  return messages
}

/** The only requeue there is: of messages that were only looked at, in a queue that nothing consumes. */
function giveBack(channel: Channel, messages: readonly GetMessage[]): void {
  for (const message of messages) channel.nack(message, false, true)
}

function describe(message: GetMessage): ParkedMessage {
  const headers: Record<string, unknown> = message.properties.headers ?? {}
  const death = (headers['x-death'] as { reason?: string }[] | undefined)?.[0]?.reason
  return {
    id: String(message.properties.messageId ?? '(no id)'),
    reason: String(headers[parkingHeaders.reason] ?? death ?? 'unknown'),
    parkedAt: String(headers[parkingHeaders.parkedAt] ?? ''),
    body: message.content.toString('utf8'),
  }
}

function parkingQueueOf(queue: string): string {
  return `${queue}.parking`
}
