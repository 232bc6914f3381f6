import { setTimeout as delay } from 'node:timers/promises'
import { decide } from '@chairlift/operator/decide/decide.ts'
import { emptyHistory } from '@chairlift/operator/decide/history.ts'
import type { Decision } from '@chairlift/operator/decide/types.ts'
import { type DecisionLine, DecisionLog } from '@chairlift/operator/replay/decision-log.ts'
import { openQueueDepthReader } from '../observe/queue-depth.ts'
import type { ReplicaSet } from '../supervisor/replica-set.ts'
import { decisionIntervalMs, labPolicy, type ReplicaRange } from './lab-policy.ts'
import { type ReadyTimes, readSignals } from './read-signals.ts'

export interface ScaledConsumer {
  /** Name of the process kind. */
  name: string
  queue: string
  replicaSet: ReplicaSet
  range: ReplicaRange
  amqpUrl: string
  /** Every change, as a sentence. */
  log: (line: string) => void
  onDecision?: (line: DecisionLine) => void
}

/**
 * Scales the processes of one consumer as a QueueScaler scales pods, with the operator's own decision, until it is
 * disposed of.
 */
export function scaleConsumer(consumer: ScaledConsumer): AsyncDisposable {
  const stopping = new AbortController()
  const loop = run(consumer, stopping.signal)
  return {
    async [Symbol.asyncDispose]() {
      stopping.abort()
      await loop
    },
  }
}

async function run(consumer: ScaledConsumer, signal: AbortSignal): Promise<void> {
  const { name, queue, replicaSet, range } = consumer
  const policy = labPolicy(range)
  const decisionLog = new DecisionLog(name)
  const readyTimes: ReadyTimes = new WeakMap()
  let history = emptyHistory()
  await using depth = openQueueDepthReader(consumer.amqpUrl, [queue])
  while (!signal.aborted) {
    const signals = await readSignals(queue, depth, replicaSet, readyTimes)
    // Replicas may have been changed while the signals were read; that decision would be about another world.
    if (signal.aborted) return
    if (signals.replicas === replicaSet.processes().length) {
      const nowMs = Date.now()
      const outcome = decide(policy, history, signals, nowMs)
      consumer.onDecision?.(decisionLog.line(policy, history, signals, nowMs, outcome))
      history = outcome.history
      if (outcome.decision.write) carryOut(consumer, outcome.decision)
    }
    await delay(decisionIntervalMs, undefined, { signal }).catch(() => undefined)
  }
}

/** Not waited for: the next decision may already take it back. */
function carryOut({ name, replicaSet, log }: ScaledConsumer, decision: Decision): void {
  log(`${name}: ${decision.currentReplicas} → ${decision.desiredReplicas}, ${decision.explanation}`)
  replicaSet.scale(decision.desiredReplicas).catch((error: Error) => log(`${name}: ${error.message}`))
}
