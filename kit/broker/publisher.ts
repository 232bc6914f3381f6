import type { ConfirmChannel } from 'amqplib'
import { v7 as uuid } from 'uuid'
import { DependencyUnavailable } from '../errors/dependency-unavailable.ts'
import type { Logger } from '../log/logger.ts'
import type { Metrics } from '../metrics/metrics.ts'
import { openBrokerConnection } from './broker-connection.ts'
import { encodeEventGroup, eventGroupContentType, type IdentifiedEvent } from './event-group.ts'
import type { QueueNames } from './names.ts'
import { declareTopology } from './topology.ts'

export interface PublisherOptions {
  url: string
  names: QueueNames
  routingKey: string
  /** AMQP `type` of the messages, e.g. `rides.lift-ride`. */
  type: string
  /** Most events accepted and not yet confirmed: the bound of memory while RabbitMQ is slow. */
  windowEvents: number
  /** Most events in a message; 1 switches grouping off. */
  groupEvents: number
  confirmTimeoutMs: number
  log: Logger
  metrics: Metrics
}

export interface Publisher<E extends IdentifiedEvent> {
  /**
   * Resolves when RabbitMQ has confirmed the event: written and flushed on a quorum.
   * @throws DependencyUnavailable at once while RabbitMQ is down, blocked, silent or the window is full; after
   * a lost connection or {@link PublisherOptions.confirmTimeoutMs} with `outcomeUnknown`
   */
  publish(event: E): Promise<void>
  /** True, or why events are refused now. */
  readiness(): true | string
  /** Waits until nothing is unconfirmed. */
  drain(): Promise<void>
  close(): Promise<void>
}

/** RabbitMQ is well, but slower than the events come: the publisher's own window is full. */
export class PublishWindowFull extends DependencyUnavailable {
  constructor() {
    super('rabbitmq', 'the publish window is full')
    this.name = 'PublishWindowFull'
  }
}

/** Events of one message and the callers that wait for its confirm; they share one promise. */
interface Group<E> {
  events: E[]
  messageId: string
  openedAt: number
  /** 0 until it is handed to the connection. */
  publishedAt: number
  settled: boolean
  unroutable: boolean
  confirmed: PromiseWithResolvers<void>
}

/**
 * A confirmed publisher. Events that arrive in the same turn of the event loop travel as one message (flushed by
 * `setImmediate`, no linger), which costs no latency and spares RabbitMQ and both ends most of their work.
 *
 * Its circuit breaker is the state of the connection: closed only while RabbitMQ takes and confirms messages.
 * A lost connection is tried again in the background, so no request pays for probing.
 */
export async function openPublisher<E extends IdentifiedEvent>(
  options: PublisherOptions,
): Promise<Publisher<E>> {
  const { names, log } = options
  const measures = publisherMetrics(options.metrics)
  let channel: ConfirmChannel | undefined
  let blocked = false
  let silent = false
  /** Written to the socket faster than RabbitMQ reads; wait for `drain` and hold groups back meanwhile. */
  let congested = false
  let eventsInFlight = 0
  let open: Group<E>[] = []
  let flushScheduled = false
  const unconfirmed = new Map<string, Group<E>>()
  let onEmpty: (() => void) | undefined

  const connection = await openBrokerConnection({
    url: options.url,
    name: `${names.exchange} publisher`,
    log,
    async onOpen(model) {
      const fresh = await model.createConfirmChannel()
      fresh.on('error', (error: Error) => log.error({ reason: error.message }, 'publisher channel error'))
      fresh.on('close', () => {
        // RabbitMQ closes a channel alone, too; a new connection is the simplest way to a sound state.
        if (channel !== fresh) return
        channel = undefined
        connection.reset('the publisher channel was closed')
      })
      fresh.on('return', (message) => {
        const group = unconfirmed.get(message.properties.messageId)
        if (group) group.unroutable = true
      })
      fresh.on('drain', () => {
        congested = false
        flush()
      })
      await declareTopology(fresh, names, options.routingKey)
      channel = fresh
      blocked = silent = congested = false
    },
    onLost: lose,
    onBlocked: () => {
      blocked = true
    },
    onUnblocked: () => {
      blocked = false
      flush()
    },
  })

  /** The connection is gone: nothing that waits can get its answer from RabbitMQ any more. */
  function lose(): void {
    channel = undefined
    blocked = silent = congested = false
    const lost = new DependencyUnavailable('rabbitmq', 'the connection was lost', { outcomeUnknown: true })
    for (const group of unconfirmed.values()) settle(group, lost)
    for (const group of open) settle(group, new DependencyUnavailable('rabbitmq', 'not connected'))
    open = []
  }

  const refusal = (): string | undefined => {
    if (!channel) return 'not connected'
    if (blocked) return 'blocked by a resource alarm'
    if (silent) return 'does not confirm'
    return undefined
  }

  function publish(event: E): Promise<void> {
    const reason = refusal()
    if (reason) {
      measures.refused.inc()
      return Promise.reject(new DependencyUnavailable('rabbitmq', reason))
    }
    if (eventsInFlight >= options.windowEvents) {
      measures.refused.inc()
      return Promise.reject(new PublishWindowFull())
    }
    eventsInFlight++
    let group = open.at(-1)
    if (!group || group.events.length >= options.groupEvents) {
      group = {
        events: [],
        messageId: uuid(),
        openedAt: performance.now(),
        publishedAt: 0,
        settled: false,
        unroutable: false,
        confirmed: Promise.withResolvers(),
      }
      open.push(group)
      if (!flushScheduled) {
        flushScheduled = true
        setImmediate(flush)
      }
    }
    group.events.push(event)
    return group.confirmed.promise
  }

  function flush(): void {
    flushScheduled = false
    while (channel && !congested && !blocked && open.length > 0) send(channel, open.shift() as Group<E>)
  }

  function send(to: ConfirmChannel, group: Group<E>): void {
    group.publishedAt = performance.now()
    unconfirmed.set(group.messageId, group)
    measures.groupSize.observe(group.events.length)
    const properties = {
      persistent: true,
      mandatory: true,
      contentType: eventGroupContentType,
      type: options.type,
      messageId: group.messageId,
      timestamp: Date.now(),
    }
    try {
      const flowing = to.publish(
        names.exchange,
        options.routingKey,
        encodeEventGroup(group.events),
        properties,
        (error: Error | null) => onConfirm(group, error),
      )
      if (!flowing) congested = true
    } catch (error) {
      // The channel closed since the last look at it: nothing was sent.
      settle(group, new DependencyUnavailable('rabbitmq', 'not connected', { cause: error }))
    }
  }

  function onConfirm(group: Group<E>, error: Error | null): void {
    if (!error) silent = false
    if (group.unroutable) settle(group, new DependencyUnavailable('rabbitmq', 'no queue takes the message'))
    else if (!error) settle(group)
    else
      settle(group, new DependencyUnavailable('rabbitmq', error.message, { outcomeUnknown: !isNack(error) }))
  }

  /** Gives the group's place in the window back, and its callers their answer unless a time-out did before. */
  function settle(group: Group<E>, error?: DependencyUnavailable): void {
    if (unconfirmed.delete(group.messageId) || group.publishedAt === 0) eventsInFlight -= group.events.length
    answer(group, error)
    if (eventsInFlight === 0) onEmpty?.()
  }

  function answer(group: Group<E>, error?: DependencyUnavailable): void {
    if (group.settled) return
    group.settled = true
    if (!error) {
      measures.confirmed.inc(group.events.length)
      group.confirmed.resolve()
      return
    }
    measures.failed.inc(group.events.length)
    group.confirmed.reject(error)
  }

  /** A place in the window is kept after a time-out: the message is still in memory and may yet be confirmed. */
  const watch = setInterval(() => {
    const deadline = performance.now() - options.confirmTimeoutMs
    for (let group = open[0]; group && group.openedAt <= deadline; group = open[0]) {
      open.shift()
      settle(group, new DependencyUnavailable('rabbitmq', 'did not take the event in time'))
    }
    for (const group of unconfirmed.values()) {
      if (group.publishedAt > deadline) break
      silent = true
      answer(
        group,
        new DependencyUnavailable('rabbitmq', 'did not confirm in time', { outcomeUnknown: true }),
      )
    }
  }, 100)

  options.metrics.gauge(
    'chairlift_publisher_in_flight_events',
    'Events accepted, not yet confirmed.',
    [],
    () => {
      return eventsInFlight
    },
  )

  return {
    publish,
    readiness: () => {
      const reason = refusal()
      return reason === undefined ? true : `rabbitmq ${reason}`
    },
    async drain() {
      if (eventsInFlight === 0) return
      const empty = Promise.withResolvers<void>()
      onEmpty = empty.resolve
      await empty.promise
    },
    async close() {
      clearInterval(watch)
      await connection.close()
      // A connection that is closed on purpose does not report a loss, and may not answer what was on its way.
      lose()
    },
  }
}

/** RabbitMQ refused the message (queue full, or no majority): it will not have an effect. */
function isNack(error: Error): boolean {
  return error.message === 'message nacked'
}

function publisherMetrics(metrics: Metrics) {
  const events = metrics.counter('chairlift_publisher_events_total', 'Events by what became of them.', [
    'result',
  ])
  return {
    confirmed: events.labels('confirmed'),
    failed: events.labels('failed'),
    refused: events.labels('refused'),
    groupSize: metrics.histogram(
      'chairlift_publisher_group_events',
      'Events in a message.',
      [],
      [1, 2, 4, 8, 16, 32, 64, 128],
    ),
  }
}
