import type { ConsumerSignals, Reading } from '../decide/types.ts'
import type { Pod } from '../kubernetes/objects.ts'
import { httpGet } from './http-get.ts'
import { readSamples, sumOf } from './prometheus-text.ts'

const names = {
  busySeconds: 'chairlift_consumer_busy_seconds_total',
  messages: 'chairlift_consumer_messages_total',
  redelivered: 'chairlift_consumer_redelivered_total',
  unacknowledged: 'chairlift_consumer_unacked_messages',
} as const

export interface ConsumerEndpoint {
  port: number
  path: string
}

/** Pods asked at the same time. */
const concurrency = 16
const timeoutMs = 2_000

/**
 * Asks the pods what they have done. A pod that does not answer, or is not ours and shows no such metrics, has null
 * figures.
 *
 * @param firstReadyAtMs when each pod (by UID) became ready for the first time; new ones are added
 */
export async function scrapeConsumers(
  pods: readonly Pod[],
  endpoint: ConsumerEndpoint,
  firstReadyAtMs: Map<string, number>,
): Promise<ConsumerSignals[]> {
  const present = pods.filter(({ status }) => status?.phase !== 'Succeeded' && status?.phase !== 'Failed')
  const found: ConsumerSignals[] = []
  const waiting = [...present.entries()]
  const work = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift())
      found[next[0]] = await scrapeConsumer(next[1], endpoint, firstReadyAtMs)
  }
  await Promise.all(Array.from({ length: concurrency }, work))
  const uids = new Set(present.map(({ metadata }) => metadata.uid))
  for (const uid of firstReadyAtMs.keys()) if (!uids.has(uid)) firstReadyAtMs.delete(uid)
  return found
}

async function scrapeConsumer(
  pod: Pod,
  endpoint: ConsumerEndpoint,
  firstReadyAtMs: Map<string, number>,
): Promise<ConsumerSignals> {
  const id = pod.metadata.uid ?? pod.metadata.name
  const condition = pod.status?.conditions?.find(({ type }) => type === 'Ready')
  const isReady = condition?.status === 'True'
  if (isReady && !firstReadyAtMs.has(id))
    firstReadyAtMs.set(id, Date.parse(condition.lastTransitionTime ?? '') || Date.now())
  const figures = isReady && pod.status?.podIP ? await scrape(pod.status.podIP, endpoint) : undefined
  return {
    id,
    createdAtMs: Date.parse(pod.metadata.creationTimestamp ?? '') || Date.now(),
    readyAtMs: firstReadyAtMs.get(id) ?? null,
    ready: isReady && pod.metadata.deletionTimestamp === undefined,
    busySeconds: figures?.(names.busySeconds) ?? null,
    messages: figures?.(names.messages) ?? null,
    redelivered: figures?.(names.redelivered) ?? null,
    unacknowledged: figures?.(names.unacknowledged) ?? null,
  }
}

async function scrape(
  ip: string,
  endpoint: ConsumerEndpoint,
): Promise<((name: string) => Reading | null) | undefined> {
  const host = ip.includes(':') ? `[${ip}]` : ip
  try {
    const answer = await httpGet(`http://${host}:${endpoint.port}${endpoint.path}`, { timeoutMs })
    if (answer.status !== 200) return undefined
    const atMs = Date.now()
    const samples = readSamples(answer.body, new Set(Object.values(names)))
    return (name) => {
      const value = sumOf(samples, name)
      return value === undefined ? null : { value, atMs }
    }
  } catch {
    return undefined
  }
}
