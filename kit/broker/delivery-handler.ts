import { setTimeout as delay } from 'node:timers/promises'
import type { Channel } from 'amqplib'
import type { Logger } from '../log/logger.ts'
import { applyEvents } from './apply-events.ts'
import type { createConsumerMetrics } from './consumer-metrics.ts'
import type { Delivery } from './delivery.ts'
import type { IdentifiedEvent } from './event-group.ts'
import type { ParkingPublisher } from './parking-publisher.ts'

export interface DeliveryHandlerOptions<E> {
  apply(events: E[]): Promise<void>
  isTransient(error: unknown): boolean
  suspectCrashes: number
  parking: ParkingPublisher
  measures: ReturnType<typeof createConsumerMetrics>
  log: Logger
  /** Aborts when the process stops: no more retries, what is not done goes back to the queue. */
  stopping: AbortSignal
}

/** What happens to deliveries once they are in hand: apply, park what is refused, acknowledge. */
export class DeliveryHandler<E extends IdentifiedEvent> {
  readonly #options: DeliveryHandlerOptions<E>
  /** Messages being handled now. */
  held = 0
  holdingSince: number | undefined
  /** Why the last attempt had to be repeated; undefined while all goes well. */
  trouble: string | undefined

  constructor(options: DeliveryHandlerOptions<E>) {
    this.#options = options
  }

  /**
   * Applies a batch in order and acknowledges it.
   *
   * @param multiple acknowledge everything up to the last one; only if nothing older is unacknowledged
   * @throws when the channel is lost or the process stops before the batch was durable
   */
  async handle(channel: Channel, batch: Delivery<E>[], lost: AbortSignal, multiple = true): Promise<void> {
    await this.#hold(batch, async () => {
      const { measures } = this.#options
      const events = batch.reduce((sum, delivery) => sum + delivery.events.length, 0)
      if (events > 0) measures.batchEvents.observe(events)
      const refused = await this.#apply(batch, lost)
      for (const delivery of batch) {
        for (const { content, fault } of delivery.faulty) await this.#park(delivery, content, fault, lost)
        for (const event of delivery.events) {
          if (refused.has(event)) await this.#park(delivery, event, describeError(refused.get(event)), lost)
        }
      }
      measures.events.inc(events - refused.size)
      this.#acknowledge(channel, batch, lost, multiple)
    })
  }

  /**
   * Handles a message that came back repeatedly, and nothing else is at stake: only so it is certain that an end
   * of this process is its doing. A group is taken apart, so that each of its events earns its own record; an
   * event that has ended too many consumers is parked untried.
   *
   * @param alone false while other messages are held: then it is not tried but sent again, with a clean record
   */
  async handleSuspect(
    channel: Channel,
    delivery: Delivery<E>,
    lost: AbortSignal,
    alone: boolean,
  ): Promise<void> {
    const { log, parking, suspectCrashes } = this.#options
    const { events, deliveryCount } = delivery
    if (events.length > 1 || !alone) {
      log.warn({ deliveryCount, events: events.length }, 'take a suspect message apart')
      await this.#hold([delivery], async () => {
        await this.#untilDone(() => parking.split(delivery.message, events), lost)
        for (const { content, fault } of delivery.faulty) await this.#park(delivery, content, fault, lost)
        this.#acknowledge(channel, [delivery], lost, false)
      })
    } else if (deliveryCount >= suspectCrashes && events.length === 1) {
      await this.#hold([delivery], async () => {
        await this.#park(delivery, events[0], `was with ${deliveryCount} consumers when they ended`, lost)
        this.#acknowledge(channel, [delivery], lost, false)
      })
    } else await this.handle(channel, [delivery], lost, false)
  }

  async #apply(batch: Delivery<E>[], lost: AbortSignal): Promise<Map<E, unknown>> {
    const { apply, isTransient, measures, stopping, log } = this.#options
    const startedAt = performance.now()
    const refused = await applyEvents(
      batch.map((delivery) => delivery.events).filter((events) => events.length > 0),
      {
        apply,
        isTransient,
        signal: AbortSignal.any([lost, stopping]),
        onRetry: (error) => {
          measures.retries.inc()
          if (this.trouble === undefined) log.warn({ err: error }, 'cannot apply events; holding them')
          this.trouble = describeError(error)
        },
      },
    )
    if (this.trouble !== undefined) log.info('events are applied again')
    this.trouble = undefined
    measures.busySeconds.inc((performance.now() - startedAt) / 1_000)
    return new Map(refused.map(({ event, error }) => [event, error]))
  }

  async #park(delivery: Delivery<E>, content: unknown, reason: string, lost: AbortSignal): Promise<void> {
    const { parking, measures, log } = this.#options
    await this.#untilDone(() => parking.park(delivery.message, content, reason), lost)
    measures.parked.inc()
    log.warn({ reason, messageId: delivery.message.properties.messageId }, 'parked an event')
  }

  /** Parking must succeed before the acknowledgement, so it is tried until it does. */
  async #untilDone(task: () => Promise<void>, lost: AbortSignal): Promise<void> {
    const signal = AbortSignal.any([lost, this.#options.stopping])
    while (true) {
      try {
        await task()
        return
      } catch (error) {
        this.trouble = describeError(error)
        signal.throwIfAborted()
        await delay(200, undefined, { signal })
      }
    }
  }

  #acknowledge(channel: Channel, batch: Delivery<E>[], lost: AbortSignal, multiple: boolean): void {
    // On a lost channel the tags are void; RabbitMQ delivers again and the ids make that harmless.
    if (lost.aborted) return
    if (multiple) channel.ack((batch.at(-1) as Delivery<E>).message, true)
    else for (const delivery of batch) channel.ack(delivery.message)
    this.#options.measures.messages.inc(batch.length)
  }

  async #hold(batch: Delivery<E>[], work: () => Promise<void>): Promise<void> {
    this.held = batch.length
    this.holdingSince = batch[0]?.receivedAt
    try {
      await work()
    } finally {
      this.held = 0
      this.holdingSince = undefined
    }
  }
}

function describeError(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
