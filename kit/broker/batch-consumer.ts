import type { Channel, ConsumeMessage } from 'amqplib'
import type { Logger } from '../log/logger.ts'
import type { Metrics } from '../metrics/metrics.ts'
import { BatchBuffer } from './batch-buffer.ts'
import { openBrokerConnection } from './broker-connection.ts'
import { createConsumerMetrics } from './consumer-metrics.ts'
import { type CheckEvent, type Delivery, readDelivery } from './delivery.ts'
import { DeliveryHandler } from './delivery-handler.ts'
import type { IdentifiedEvent } from './event-group.ts'
import type { QueueNames } from './names.ts'
import { openParkingPublisher } from './parking-publisher.ts'
import { declareTopology } from './topology.ts'

export interface BatchConsumerOptions<E extends IdentifiedEvent> {
  url: string
  names: QueueNames
  routingKey: string
  check: CheckEvent<E>
  /** See ApplyOptions: durable when it resolves, idempotent by id. */
  apply(events: E[]): Promise<void>
  isTransient(error: unknown): boolean
  prefetchMessages: number
  batchEvents: number
  batchAgeMs: number
  /** A single event that was with this many consumers when they went away is parked untried. */
  suspectCrashes: number
  log: Logger
  metrics: Metrics
}

export interface BatchConsumer {
  /** True, or why nothing is consumed now. */
  readiness(): true | string
  /** Cancels, finishes what it holds, acknowledges, closes. */
  stop(): Promise<void>
}

/** Deliveries made on one channel. After its loss every tag is void and RabbitMQ delivers again. */
interface Session<E extends IdentifiedEvent> {
  channel: Channel
  buffer: BatchBuffer<E>
  consumerTag: string | undefined
  /** Aborts when the channel is lost. */
  lost: AbortController
}

/** A message that came back this often is a suspect: it may be what ended the consumers that held it. */
const suspectDeliveries = 2

const isSuspect = (delivery: { deliveryCount: number }) => delivery.deliveryCount >= suspectDeliveries

/**
 * Consumes a quorum queue in batches with an effect that is exactly-once (given an idempotent `apply`).
 *
 * - A batch is written when it is large or old enough, in one call, and acknowledged (`multiple`) afterwards.
 * - A dead dependency pauses consumption: the batch is held and tried again; nothing is ever requeued.
 * - An event that is refused for good is parked with the reason, alone.
 * - A *suspect* is handled apart from all others and with nothing else on its way to this process (prefetch 1),
 *   so that it cannot take neighbours along when it ends the process. A session begins with that care and goes
 *   over to full prefetch at the first message that is no suspect.
 */
export async function openBatchConsumer<E extends IdentifiedEvent>(
  options: BatchConsumerOptions<E>,
): Promise<BatchConsumer> {
  const { names, log } = options
  const stopping = new AbortController()
  let session: Session<E> | undefined
  let loop: Promise<void> = Promise.resolve()

  const measures = createConsumerMetrics(options.metrics, {
    unacked: () => (session ? session.buffer.length + handler.held : 0),
    oldestAgeMs: () => {
      const since = handler.holdingSince ?? session?.buffer.oldestReceivedAt()
      return since === undefined ? 0 : performance.now() - since
    },
  })
  const parking = await openParkingPublisher(options.url, names, log)
  const handler = new DeliveryHandler<E>({ ...options, parking, measures, stopping: stopping.signal })

  const connection = await openBrokerConnection({
    url: options.url,
    name: `${names.queue} consumer`,
    log,
    async onOpen(model) {
      const channel = await model.createChannel()
      const fresh: Session<E> = {
        channel,
        buffer: new BatchBuffer(options.batchEvents, options.batchAgeMs),
        consumerTag: undefined,
        lost: new AbortController(),
      }
      channel.on('error', (error: Error) => log.error({ reason: error.message }, 'consumer channel error'))
      channel.on('close', () => {
        if (!fresh.lost.signal.aborted && !stopping.signal.aborted)
          connection.reset('the consumer channel was closed')
      })
      await declareTopology(channel, names, options.routingKey)
      session = fresh
      // One session at a time: the one before may still be waiting for the database.
      loop = loop.then(() => run(fresh)).catch((error) => onLoopEnd(fresh, error))
    },
    onLost(error) {
      session?.lost.abort(error)
      session?.buffer.clear()
      session?.buffer.flush()
      session = undefined
    },
  })

  function onLoopEnd(ended: Session<E>, error: unknown): void {
    if (ended.lost.signal.aborted || stopping.signal.aborted) return
    log.error({ err: error }, 'consuming failed')
    connection.reset('consuming failed')
  }

  async function consume(on: Session<E>, prefetch: number): Promise<void> {
    await on.channel.prefetch(prefetch)
    on.buffer.limitDeliveries(prefetch)
    const { consumerTag } = await on.channel.consume(names.queue, (message) => onMessage(on, message))
    on.consumerTag = consumerTag
    // stop() may have come in between, when there was no consumer yet that it could cancel.
    if (stopping.signal.aborted) await cancel(on)
  }

  function onMessage(on: Session<E>, message: ConsumeMessage | null): void {
    // The queue was deleted; a new session declares it again.
    if (message === null) return connection.reset('the consumer was cancelled by RabbitMQ')
    if (message.fields.redelivered) measures.redelivered.inc()
    on.buffer.push(readDelivery(message, options.check))
  }

  async function cancel(on: Session<E>): Promise<void> {
    if (on.consumerTag === undefined) return
    const tag = on.consumerTag
    on.consumerTag = undefined
    await on.channel.cancel(tag)
  }

  async function run(on: Session<E>): Promise<void> {
    let careful = true
    if (!stopping.signal.aborted) await consume(on, 1)
    while (true) {
      const batch = await on.buffer.take()
      if (on.lost.signal.aborted) return
      if (batch.length === 0 && stopping.signal.aborted) return
      if (!batch.some(isSuspect)) {
        // Before the acknowledgement: nothing else is on its way then, that RabbitMQ would have to take back.
        if (careful) await cancel(on)
        await handler.handle(on.channel, batch, on.lost.signal)
        if (!careful) continue
        careful = false
        if (!stopping.signal.aborted) await consume(on, options.prefetchMessages)
        continue
      }
      await cancel(on)
      await handleApart(on, [...batch, ...on.buffer.takeAll()])
      careful = true
      if (!stopping.signal.aborted) await consume(on, 1)
    }
  }

  /** First the suspects, which are not tried while others are held; then the others, one by one. */
  async function handleApart(on: Session<E>, deliveries: readonly Delivery<E>[]): Promise<void> {
    const [others = [], suspects = []] = [false, true].map((wanted) =>
      deliveries.filter((one) => isSuspect(one) === wanted),
    )
    for (const delivery of suspects)
      await handler.handleSuspect(on.channel, delivery, on.lost.signal, deliveries.length === 1)
    // A round trip, so that RabbitMQ has these acknowledgements whatever the others do to this process.
    await on.channel.prefetch(1)
    for (const delivery of others) await handler.handle(on.channel, [delivery], on.lost.signal, false)
  }

  return {
    readiness: () => {
      if (connection.state === 'connecting') return `rabbitmq not connected: ${connection.fault ?? 'not yet'}`
      return handler.trouble ?? true
    },
    async stop() {
      stopping.abort(new Error('the process stops'))
      if (session) {
        await cancel(session).catch(() => undefined)
        session.buffer.flush()
      }
      await loop.catch(() => undefined)
      // Closing the connection alone can overtake the last acknowledgement of a quorum queue.
      await session?.channel.close().catch(() => undefined)
      await Promise.all([connection.close(), parking.close()])
      // Nobody can read the metrics any more: the last word on what was done.
      const total = async (counter: typeof measures.events) => (await counter.get()).values[0]?.value ?? 0
      log.info(
        { events: await total(measures.events), parked: await total(measures.parked) },
        'consuming ended',
      )
    },
  }
}
