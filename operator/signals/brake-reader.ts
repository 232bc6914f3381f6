import type { BrakeSignal } from '../decide/types.ts'
import type { QueueScalerSpec } from '../queue-scaler/spec-schema.ts'
import { httpGet } from './http-get.ts'

type Brake = NonNullable<QueueScalerSpec['brake']>

/**
 * Whether those behind the consumers say that they are saturated.
 * @returns null when they do not say
 */
export async function readBrake(brake: Brake): Promise<BrakeSignal | null> {
  try {
    if (brake.prometheus) return await readPrometheus(brake.prometheus)
    if (brake.health) return await readHealth(brake.health.url)
  } catch {
    // No answer is no news; the policy knows what an unknown brake means.
  }
  return null
}

async function readPrometheus(query: NonNullable<Brake['prometheus']>): Promise<BrakeSignal | null> {
  const base = query.address.endsWith('/') ? query.address : `${query.address}/`
  const url = new URL('api/v1/query', base)
  url.searchParams.set('query', query.query)
  const answer = await httpGet(url)
  if (answer.status !== 200) return null
  const sample = readSingleValue(JSON.parse(answer.body))
  if (!sample) return null
  const above = Number(query.above)
  const engaged = sample.value > above
  return {
    engaged,
    atMs: sample.atMs,
    detail: `${query.query} is ${sample.value}, ${engaged ? 'above' : 'not above'} ${query.above}`,
  }
}

/** The one value of an instant query's answer; undefined when there is none, several, or no number. */
export function readSingleValue(answer: unknown): { value: number; atMs: number } | undefined {
  const { status, data } = (answer ?? {}) as {
    status?: unknown
    data?: { resultType?: unknown; result?: unknown }
  }
  if (status !== 'success' || !Array.isArray(data?.result)) return undefined
  const pair =
    data.resultType === 'scalar'
      ? (data.result as unknown[])
      : data.resultType === 'vector' && data.result.length === 1
        ? (data.result[0] as { value?: unknown[] }).value
        : undefined
  const [seconds, text] = pair ?? []
  if (typeof seconds !== 'number' || typeof text !== 'string' || text.trim() === '') return undefined
  const value = Number(text)
  return Number.isFinite(value) ? { value, atMs: Math.round(seconds * 1_000) } : undefined
}

async function readHealth(url: string): Promise<BrakeSignal> {
  const { status } = await httpGet(url)
  const engaged = status < 200 || status > 299
  return { engaged, atMs: Date.now(), detail: `${new URL(url).pathname} answered ${status}` }
}
