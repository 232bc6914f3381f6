import { type BatchConsumer, type BatchConsumerOptions, openBatchConsumer } from '../broker/batch-consumer.ts'
import { encodeEventGroup } from '../broker/event-group.ts'
import { parkingHeaders } from '../broker/parking-publisher.ts'
import { declareTopology } from '../broker/topology.ts'
import { DependencyUnavailable } from '../errors/dependency-unavailable.ts'
import { createMetrics } from '../metrics/metrics.ts'
import { capturedLog, type LogLine } from './captured-log.ts'
import { eventually } from './eventually.ts'
import { type FreshQueues, freshQueues } from './fresh-queues.ts'
import { serverUrl } from './servers.ts'

export interface SampleEvent {
  id: string
}

export interface Parked {
  reason: string
  body: string
  id: string | undefined
}

export interface SampleConsumer extends AsyncDisposable {
  queues: FreshQueues
  consumer: BatchConsumer
  lines: LogLine[]
  /** How often each id was applied; a store that is idempotent by id would count every one once. */
  applied: Map<string, number>
  /** Sizes of the calls of apply, refused ones included. */
  calls: number[]
  metric(name: string): Promise<number>
  /** Puts a group of events into the queue as one message. */
  send(...ids: string[]): void
  /** Takes what is parked out of its queue, once there is this much. */
  takeParked(count: number): Promise<Parked[]>
}

/** What a consumer does with events that tests send; ids name the behaviour: poison…, undefined-error…. */
function refuse(event: SampleEvent): void {
  if (event.id.startsWith('poison')) throw new Error(`refused: ${event.id}`)
  // biome-ignore lint/style/useThrowOnlyError: an apply that rejects with nothing is what is tested.
  if (event.id.startsWith('undefined-error')) throw undefined
}

/** A consumer of queues of its own, whose store is a map in memory. */
export async function openSampleConsumer(
  options: Partial<BatchConsumerOptions<SampleEvent>> = {},
  prepare: (queues: FreshQueues) => Promise<void> | void = () => undefined,
): Promise<SampleConsumer> {
  const queues = await freshQueues()
  const { log, lines } = capturedLog()
  const metrics = createMetrics('test')
  const applied = new Map<string, number>()
  const calls: number[] = []
  await prepare(queues)
  const consumer = await openBatchConsumer<SampleEvent>({
    url: serverUrl('AMQP_URL'),
    names: queues.names,
    routingKey: 'sample',
    check: (event) =>
      typeof (event as { id?: unknown } | null)?.id === 'string'
        ? (event as SampleEvent)
        : { fault: 'no id' },
    apply(events) {
      calls.push(events.length)
      events.forEach(refuse)
      for (const { id } of events) applied.set(id, (applied.get(id) ?? 0) + 1)
      return Promise.resolve()
    },
    isTransient: (error) => error instanceof DependencyUnavailable,
    prefetchMessages: 50,
    batchEvents: 500,
    batchAgeMs: 10,
    suspectCrashes: 5,
    log,
    metrics,
    ...options,
  })
  return {
    queues,
    consumer,
    lines,
    applied,
    calls,
    async metric(name) {
      const line = (await metrics.registry.metrics()).split('\n').find((one) => one.startsWith(`${name}{`))
      return Number(line?.split(' ').at(-1))
    },
    send(...ids) {
      queues.channel.sendToQueue(queues.names.queue, encodeEventGroup(ids.map((id) => ({ id }))))
    },
    takeParked: (count) => takeParked(queues, count),
    async [Symbol.asyncDispose]() {
      await consumer.stop()
      await queues[Symbol.asyncDispose]()
    },
  }
}

/** For `prepare`: the queues are there before the consumer, to be filled first. */
export async function declareFirst({ channel, names }: FreshQueues): Promise<void> {
  await declareTopology(channel, names, 'sample')
}

/** Takes messages out of the parking queue until there are `count`. */
export async function takeParked({ channel, names }: FreshQueues, count: number): Promise<Parked[]> {
  const parked: Parked[] = []
  await eventually(`${count} parked messages`, async () => {
    const message = await channel.get(names.parkingQueue, { noAck: true })
    if (message)
      parked.push({
        reason: String(message.properties.headers?.[parkingHeaders.reason]),
        body: message.content.toString(),
        id: message.properties.messageId as string | undefined,
      })
    return parked.length >= count
  })
  return parked
}

/** Messages of a queue that are ready to be delivered. @throws when the queue is not there */
export async function readyMessages({ model }: FreshQueues, queue: string): Promise<number> {
  const channel = await model.createChannel()
  channel.on('error', () => undefined)
  const { messageCount } = await channel.checkQueue(queue)
  await channel.close()
  return messageCount
}
