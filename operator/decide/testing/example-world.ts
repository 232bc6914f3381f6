import { notPaused } from '../../queue-scaler/annotations.ts'
import { resolvePolicy } from '../../queue-scaler/resolve-policy.ts'
import type { QueueScalerSpec } from '../../queue-scaler/spec-schema.ts'
import { decide } from '../decide.ts'
import { emptyHistory } from '../history.ts'
import type { ConsumerSignals, Decision, Outcome, Policy, Signals } from '../types.ts'

export const startMs = Date.parse('2026-01-01T00:00:00Z')

type Change = Omit<Partial<QueueScalerSpec>, 'scaleTargetRef' | 'connection'>

/** The policy of a spec of which only the interesting part is given. */
export function policyOf(change: Change = {}, intervalMs = 2_000): Policy {
  return resolvePolicy(
    {
      scaleTargetRef: { name: 'target' },
      queues: [{ name: 'queue' }],
      connection: { secretRef: { name: 'rabbitmq' } },
      objective: { maxMessageAge: '30s' },
      maxReplicas: 100,
      ...change,
    },
    intervalMs,
  )
}

/** What a moment looks like, as far as a test cares. */
export interface Moment {
  replicas: number
  /** null: not known. */
  ready?: number | null
  unacknowledged?: number | null
  published?: number
  /** Counters of each consumer; consumers that are ready, as many as replicas unless said otherwise. */
  messages?: number
  busySeconds?: number
  redelivered?: number
  readyConsumers?: number
  /** How old the depth is (ms). */
  ageMs?: number
}

/** Signals in which everything that is given is known, as of now. */
export function signalsOf(moment: Moment, nowMs: number): Signals {
  const { replicas, ready = 0, unacknowledged = 0, readyConsumers = replicas, ageMs = 0 } = moment
  const at = (value: number | null | undefined) =>
    value === null || value === undefined ? null : { value, atMs: nowMs - ageMs }
  const consumer = (index: number): ConsumerSignals => ({
    id: `consumer-${index}`,
    createdAtMs: startMs - 60_000,
    readyAtMs: startMs - 50_000,
    ready: true,
    busySeconds: at(moment.busySeconds),
    messages: at(moment.messages),
    redelivered: at(moment.redelivered),
    unacknowledged: null,
  })
  return {
    replicas,
    queues: [
      {
        vhost: '/',
        name: 'queue',
        ready: at(ready),
        unacknowledged: at(unacknowledged),
        published: at(moment.published),
        acknowledged: null,
        redelivered: null,
        consumerLimit: null,
      },
    ],
    consumers: Array.from({ length: readyConsumers }, (_, index) => consumer(index)),
    brake: null,
    pause: notPaused,
  }
}

/** Decides over moments that are `stepMs` apart; the last outcome counts. */
export function decideOver(
  policy: Policy,
  moments: readonly (Moment | ((nowMs: number) => Signals))[],
  stepMs = 2_000,
): Outcome & { decisions: Decision[] } {
  let history = emptyHistory()
  const decisions: Decision[] = []
  let nowMs = startMs
  let last: Outcome | undefined
  for (const moment of moments) {
    const signals = typeof moment === 'function' ? moment(nowMs) : signalsOf(moment, nowMs)
    last = decide(policy, history, signals, nowMs)
    history = last.history
    decisions.push(last.decision)
    nowMs += stepMs
  }
  if (!last) throw new Error('no moments')
  return { ...last, decisions }
}
