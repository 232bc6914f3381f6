import type { ConsumerSignals, Signal, Signals } from '@chairlift/operator/decide/types.ts'
import { notPaused } from '@chairlift/operator/queue-scaler/annotations.ts'
import type { QueueDepthReader } from '../observe/queue-depth.ts'
import { scrapeMetrics } from '../observe/scrape-metrics.ts'
import type { ReplicaSet } from '../supervisor/replica-set.ts'
import type { ServiceProcess } from '../supervisor/service-process.ts'

const names = {
  busySeconds: 'chairlift_consumer_busy_seconds_total',
  messages: 'chairlift_consumer_messages_total',
  redelivered: 'chairlift_consumer_redelivered_total',
  unacknowledged: 'chairlift_consumer_unacked_messages',
} as const

/** When processes became ready, by process. */
export type ReadyTimes = WeakMap<ServiceProcess, number>

/** What the operator reads in a cluster, read from processes: depth by passive declare, the rest from admin ports. */
export async function readSignals(
  queue: string,
  depth: QueueDepthReader,
  replicaSet: ReplicaSet,
  readyTimes: ReadyTimes,
): Promise<Signals> {
  const processes = replicaSet.processes()
  const [ready, ...consumers] = await Promise.all([
    depth.read(),
    ...processes.map((service) => readConsumer(service, readyTimes)),
  ])
  return {
    replicas: processes.length,
    queues: [
      {
        vhost: '/',
        name: queue,
        ready: ready === null ? null : { value: ready, atMs: Date.now() },
        unacknowledged: null,
        published: null,
        acknowledged: null,
        redelivered: null,
        consumerLimit: null,
      },
    ],
    consumers,
    brake: null,
    pause: notPaused,
  }
}

async function readConsumer(service: ServiceProcess, readyTimes: ReadyTimes): Promise<ConsumerSignals> {
  // One that starts has no admin port yet; it is not waited for.
  const url = service.readyAdminUrl()
  const ready = url !== undefined && (await isReady(url))
  if (ready && !readyTimes.has(service)) readyTimes.set(service, Date.now())
  const values = url === undefined ? undefined : await scrapeMetrics(url, Object.values(names))
  const atMs = Date.now()
  const signal = (name: keyof typeof names): Signal =>
    values === undefined ? null : { value: values[names[name]] ?? 0, atMs }
  return {
    id: `${service.name} ${service.pid}`,
    createdAtMs: service.startedAtMs,
    readyAtMs: readyTimes.get(service) ?? null,
    ready,
    busySeconds: signal('busySeconds'),
    messages: signal('messages'),
    redelivered: signal('redelivered'),
    unacknowledged: signal('unacknowledged'),
  }
}

async function isReady(adminUrl: string): Promise<boolean> {
  try {
    const response = await fetch(`${adminUrl}/readyz`, { signal: AbortSignal.timeout(2_000) })
    await response.body?.cancel()
    return response.ok
  } catch {
    return false
  }
}
