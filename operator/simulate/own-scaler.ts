import { decide } from '../decide/decide.ts'
import { emptyHistory } from '../decide/history.ts'
import type { Decision, Policy, Signals } from '../decide/types.ts'
import { notPaused } from '../queue-scaler/annotations.ts'
import type { ModelScaler } from './model-scaler.ts'
import type { QueueModel } from './queue-model.ts'

/** How old the counter of published messages is: the statistics interval of RabbitMQ's management. */
const staleSeconds = 5

/** A QueueScaler in the simulation: `decide` itself, with signals as old as the real ones are. */
export function ownScaler(
  name: string,
  policy: Policy,
  onDecision?: (decision: Decision) => void,
): ModelScaler {
  let history = emptyHistory()
  return {
    name,
    decide(model, second) {
      if (second % (policy.intervalMs / 1_000) !== 0) return null
      const outcome = decide(policy, history, readSignals(model, second), second * 1_000)
      history = outcome.history
      onDecision?.(outcome.decision)
      return outcome.decision.write ? outcome.decision.desiredReplicas : null
    },
  }
}

/** What signal readers would see: depth and consumers now, the broker's counters as of some seconds ago. */
function readSignals(model: QueueModel, second: number): Signals {
  const nowMs = second * 1_000
  const last = model.moments.at(-1)
  const stale = model.moments[second - staleSeconds]
  const at = (value: number) => ({ value, atMs: nowMs })
  return {
    replicas: model.replicas,
    queues: [
      {
        vhost: '/',
        name: 'queue',
        ready: at(Math.round(last?.ready ?? 0)),
        unacknowledged: at(0),
        published: stale ? { value: stale.published, atMs: stale.second * 1_000 } : null,
        acknowledged: null,
        redelivered: null,
        consumerLimit: null,
      },
    ],
    consumers: model.consumers().map((consumer) => {
      const ready = consumer.readyAt <= second
      return {
        id: consumer.id,
        createdAtMs: consumer.createdAt * 1_000,
        readyAtMs: ready ? consumer.readyAt * 1_000 : null,
        ready,
        busySeconds: at(consumer.busySeconds),
        messages: at(consumer.messages),
        redelivered: at(0),
        unacknowledged: at(0),
      }
    }),
    brake: null,
    pause: notPaused,
  }
}
