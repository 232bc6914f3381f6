import type { ConfirmChannel, ConsumeMessage, Options } from 'amqplib'
import { v7 as uuid } from 'uuid'
import { DependencyUnavailable } from '../errors/dependency-unavailable.ts'
import type { Logger } from '../log/logger.ts'
import { openBrokerConnection } from './broker-connection.ts'
import { encodeEventGroup, eventGroupContentType } from './event-group.ts'
import type { QueueNames } from './names.ts'
import { declareParking } from './topology.ts'

/** Headers of a parked message: why it is there, and since when. */
export const parkingHeaders = { reason: 'x-chairlift-reason', parkedAt: 'x-chairlift-parked-at' } as const

/** Longest reason that is kept; the text of a driver's error may quote the whole input. */
const reasonLimit = 500

export interface ParkingPublisher {
  /**
   * Puts an event into the parking queue, or its whole message if `event` is undefined or cannot be written as
   * JSON again; resolves when RabbitMQ has it in the queue.
   * @throws DependencyUnavailable
   */
  park(message: ConsumeMessage, event: unknown, reason: string): Promise<void>
  /** Sends each event of a message again as a message of its own; resolves when all are confirmed. */
  split(message: ConsumeMessage, events: readonly unknown[]): Promise<void>
  close(): Promise<void>
}

interface Address {
  exchange: string
  routingKey: string
}

interface EncodedEvent {
  body: Buffer
  id: string | undefined
}

/** Longest text in a property of a message (bytes). */
const shortTextLimit = 255

/** @returns undefined for what JSON can hold but not write again: a list may be nested too deep for that */
function encodeEvent(event: unknown): EncodedEvent | undefined {
  const id = (event as { id?: unknown } | null)?.id
  const isShort = typeof id === 'string' && Buffer.byteLength(id) <= shortTextLimit
  try {
    return { body: encodeEventGroup([event as { id: string }]), id: isShort ? id : undefined }
  } catch {
    return undefined
  }
}

/**
 * Publishes on behalf of a consumer, on a connection of its own: a connection that has published is not read
 * while RabbitMQ's memory alarm lasts, and the consumer's acknowledgements must still get through.
 */
export async function openParkingPublisher(
  url: string,
  names: QueueNames,
  log: Logger,
): Promise<ParkingPublisher> {
  let channel: ConfirmChannel | undefined
  /** Messages that came back; RabbitMQ sends them back before it confirms them. */
  const unroutable = new Set<string>()
  const connection = await openBrokerConnection({
    url,
    name: `${names.queue} parking`,
    log,
    async onOpen(model) {
      const fresh = await model.createConfirmChannel()
      fresh.on('error', (error: Error) => log.error({ reason: error.message }, 'parking channel error'))
      fresh.on('return', (message) => unroutable.add(message.properties.correlationId))
      fresh.on('close', () => {
        if (channel === fresh) connection.reset('the parking channel was closed')
      })
      await declareParking(fresh, names)
      channel = fresh
    },
    onLost() {
      channel = undefined
      unroutable.clear()
    },
  })

  /** @throws DependencyUnavailable unless RabbitMQ has put the message into a queue */
  async function send(to: Address, content: Buffer, options: Options.Publish): Promise<void> {
    if (!channel) throw new DependencyUnavailable('rabbitmq', 'not connected')
    const correlationId = uuid()
    const confirmed = Promise.withResolvers<void>()
    channel.publish(
      to.exchange,
      to.routingKey,
      content,
      { persistent: true, mandatory: true, correlationId, ...options },
      (error) => {
        if (error)
          confirmed.reject(new DependencyUnavailable('rabbitmq', String(error), { outcomeUnknown: true }))
        else confirmed.resolve()
      },
    )
    await confirmed.promise
    if (!unroutable.delete(correlationId)) return
    connection.reset('the parking queue is missing')
    throw new DependencyUnavailable('rabbitmq', 'no queue takes parked events')
  }

  const sendEvent = (to: Address, message: ConsumeMessage, event: EncodedEvent, headers: object) =>
    send(to, event.body, {
      contentType: eventGroupContentType,
      type: message.properties.type,
      ...(event.id !== undefined && { messageId: event.id }),
      timestamp: message.properties.timestamp,
      headers,
    })

  async function park(message: ConsumeMessage, event: unknown, reason: string): Promise<void> {
    const headers = {
      [parkingHeaders.reason]: reason.slice(0, reasonLimit),
      [parkingHeaders.parkedAt]: new Date().toISOString(),
    }
    const to = { exchange: names.parkingExchange, routingKey: names.queue }
    const encoded = event === undefined ? undefined : encodeEvent(event)
    if (encoded) return await sendEvent(to, message, encoded, headers)
    const { contentType, type, messageId } = message.properties
    await send(to, message.content, { contentType, type, messageId, headers })
  }

  async function split(message: ConsumeMessage, events: readonly unknown[]): Promise<void> {
    // The default exchange routes by queue name; other consumers of the system's exchange get no copy.
    const to = { exchange: '', routingKey: names.queue }
    const sendAgain = (event: unknown) => {
      const encoded = encodeEvent(event)
      return encoded ? sendEvent(to, message, encoded, {}) : park(message, event, 'cannot be written as JSON')
    }
    await Promise.all(events.map(sendAgain))
  }

  return {
    park,
    split,
    close: () => connection.close(),
  }
}
