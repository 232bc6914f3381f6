import type { QueueSignals } from '../decide/types.ts'
import type { BrokerSettings } from './broker-settings.ts'
import { httpGet } from './http-get.ts'
import { readSamples } from './prometheus-text.ts'

/** What RabbitMQ counts of a queue, besides what waits in it. */
export type QueueCounters = Omit<QueueSignals, 'vhost' | 'name' | 'ready'>

export const unknownCounters: QueueCounters = {
  unacknowledged: null,
  published: null,
  acknowledged: null,
  redelivered: null,
  consumerLimit: null,
}

/**
 * How old the figures may be when they are handed out: queues report to the management API every 5 s by default; the
 * Prometheus plug-in was seen 2 s behind. Taking the upper end keeps an old "nothing in work" from counting as news.
 */
const managementAgeMs = 5_000
const detailedAgeMs = 2_000

const names = {
  unacknowledged: 'rabbitmq_detailed_queue_messages_unacked',
  published: 'rabbitmq_detailed_queue_exchange_messages_published_total',
  acknowledged: 'rabbitmq_detailed_queue_messages_acked_total',
  redelivered: 'rabbitmq_detailed_queue_messages_redelivered_total',
} as const
const families = ['queue_coarse_metrics', 'queue_delivery_metrics', 'queue_exchange_metrics']

/**
 * Counters of a queue from RabbitMQ's Prometheus plug-in, where the Secret names it. Before version 4 it tells only what
 * is in work.
 * @returns null for what it does not tell
 * @throws Error when there is no sound answer
 */
export async function readDetailedCounters(
  metricsUrl: string,
  settings: BrokerSettings,
  queue: { name: string; vhost: string },
): Promise<QueueCounters> {
  const url = new URL('metrics/detailed', metricsUrl.endsWith('/') ? metricsUrl : `${metricsUrl}/`)
  for (const family of families) url.searchParams.append('family', family)
  url.searchParams.append('vhost', queue.vhost)
  const answer = await httpGet(url, { ca: settings.ca })
  if (answer.status !== 200) throw new Error(`the Prometheus plug-in answered ${answer.status}`)
  const atMs = Date.now() - detailedAgeMs
  // The vhost is compared as well: older versions know no filter. What is counted by channel goes back when one closes.
  const samples = readSamples(answer.body, new Set(Object.values(names))).filter(
    ({ labels }) =>
      labels['queue'] === queue.name &&
      (labels['vhost'] ?? labels['queue_vhost']) === queue.vhost &&
      labels['channel'] === undefined,
  )
  const read = (name: string) => {
    const values = samples.filter((sample) => sample.name === name).map(({ value }) => value)
    return values.length === 0 ? null : { value: values.reduce((sum, value) => sum + value, 0), atMs }
  }
  return {
    unacknowledged: read(names.unacknowledged),
    published: read(names.published),
    acknowledged: read(names.acknowledged),
    redelivered: read(names.redelivered),
    consumerLimit: null,
  }
}

interface ManagedQueue {
  messages_unacknowledged?: unknown
  message_stats?: { publish?: unknown; ack?: unknown; redeliver?: unknown }
  arguments?: { 'x-single-active-consumer'?: unknown }
}

/**
 * Counters of a queue from the management API, where the Secret names it.
 * @returns null for what it does not tell: a queue that was just declared has no figures for seconds
 * @throws Error when there is no sound answer
 */
export async function readManagementCounters(
  managementUrl: string,
  settings: BrokerSettings,
  queue: { name: string; vhost: string },
): Promise<QueueCounters> {
  const path = `api/queues/${encodeURIComponent(queue.vhost)}/${encodeURIComponent(queue.name)}`
  const url = new URL(path, managementUrl.endsWith('/') ? managementUrl : `${managementUrl}/`)
  const answer = await httpGet(url, { ca: settings.ca })
  if (answer.status !== 200) throw new Error(`the management API answered ${answer.status}`)
  const found = JSON.parse(answer.body) as ManagedQueue
  const atMs = Date.now() - managementAgeMs
  const read = (value: unknown) => (typeof value === 'number' ? { value, atMs } : null)
  return {
    unacknowledged: read(found.messages_unacknowledged),
    published: read(found.message_stats?.publish),
    acknowledged: read(found.message_stats?.ack),
    redelivered: read(found.message_stats?.redeliver),
    consumerLimit: found.arguments?.['x-single-active-consumer'] === true ? 1 : null,
  }
}

/** What two sources tell together: the first one's figures, and what only the second one knows. */
export function preferCounters(first: QueueCounters, second: QueueCounters): QueueCounters {
  return {
    unacknowledged: first.unacknowledged ?? second.unacknowledged,
    published: first.published ?? second.published,
    acknowledged: first.acknowledged ?? second.acknowledged,
    redelivered: first.redelivered ?? second.redelivered,
    consumerLimit: first.consumerLimit ?? second.consumerLimit,
  }
}
