import type { ConfirmChannel, ConsumeMessage } from 'amqplib'
import { DependencyUnavailable } from '../errors/dependency-unavailable.ts'
import type { Logger } from '../log/logger.ts'
import { openBrokerConnection } from './broker-connection.ts'
import { encodeEventGroup, eventGroupContentType } from './event-group.ts'
import type { QueueNames } from './names.ts'

/** Headers of a parked message: why it is there, and since when. */
export const parkingHeaders = { reason: 'x-chairlift-reason', parkedAt: 'x-chairlift-parked-at' } as const

/** Longest reason that is kept; the text of a driver's error may quote the whole input. */
const reasonLimit = 500

export interface ParkingPublisher {
  /**
   * Puts an event, or a whole message if `event` is undefined, into the parking queue; resolves when confirmed.
   * @throws DependencyUnavailable
   */
  park(message: ConsumeMessage, event: unknown, reason: string): Promise<void>
  /** Sends each event of a message again as a message of its own; resolves when all are confirmed. */
  split(message: ConsumeMessage, events: readonly unknown[]): Promise<void>
  close(): Promise<void>
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
  const connection = await openBrokerConnection({
    url,
    name: `${names.queue} parking`,
    log,
    async onOpen(model) {
      const fresh = await model.createConfirmChannel()
      fresh.on('error', (error: Error) => log.error({ reason: error.message }, 'parking channel error'))
      fresh.on('close', () => {
        if (channel === fresh) connection.reset('the parking channel was closed')
      })
      channel = fresh
    },
    onLost() {
      channel = undefined
    },
  })

  function send(exchange: string, routingKey: string, content: Buffer, options: object): Promise<void> {
    const confirmed = Promise.withResolvers<void>()
    if (!channel) throw new DependencyUnavailable('rabbitmq', 'not connected')
    channel.publish(exchange, routingKey, content, { persistent: true, ...options }, (error) => {
      if (error)
        confirmed.reject(new DependencyUnavailable('rabbitmq', String(error), { outcomeUnknown: true }))
      else confirmed.resolve()
    })
    return confirmed.promise
  }

  const sendEvent = (
    exchange: string,
    key: string,
    message: ConsumeMessage,
    event: unknown,
    headers: object,
  ) =>
    send(exchange, key, encodeEventGroup([event as { id: string }]), {
      contentType: eventGroupContentType,
      type: message.properties.type,
      messageId: (event as { id?: unknown } | null)?.id?.toString(),
      timestamp: message.properties.timestamp,
      headers,
    })

  return {
    async park(message, event, reason) {
      const headers = {
        [parkingHeaders.reason]: reason.slice(0, reasonLimit),
        [parkingHeaders.parkedAt]: new Date().toISOString(),
      }
      if (event === undefined)
        await send(names.parkingExchange, names.queue, message.content, {
          contentType: message.properties.contentType,
          type: message.properties.type,
          messageId: message.properties.messageId,
          headers,
        })
      else await sendEvent(names.parkingExchange, names.queue, message, event, headers)
    },
    async split(message, events) {
      // The default exchange routes by queue name; other consumers of the system's exchange get no copy.
      await Promise.all(events.map((event) => sendEvent('', names.queue, message, event, {})))
    },
    close: () => connection.close(),
  }
}
