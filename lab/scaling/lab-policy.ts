import { availableParallelism } from 'node:os'
import type { Policy } from '@chairlift/operator/decide/types.ts'
import { resolvePolicy } from '@chairlift/operator/queue-scaler/resolve-policy.ts'

/** Fewest and most processes of one kind. */
export interface ReplicaRange {
  min: number
  max: number
}

/** How often the lab decides. */
export const decisionIntervalMs = 1_000

/**
 * One process and, when the queue needs it, more; never more than there are cores, as each one can fill one. On two
 * cores a second writer is the most that helps.
 */
export const defaultRange: ReplicaRange = { min: 1, max: Math.max(2, availableParallelism()) }

/**
 * The policy of the lab's consumers: that of a QueueScaler, but with a promise of 2 s and windows of seconds, since a
 * run here takes seconds and not hours.
 */
export function labPolicy(range: ReplicaRange): Policy {
  return resolvePolicy(
    {
      scaleTargetRef: { name: 'process' },
      queues: [{ name: 'queue' }],
      connection: { secretRef: { name: 'lab' } },
      objective: { maxMessageAge: '2s' },
      minReplicas: range.min,
      maxReplicas: range.max,
      idleCooldown: '10s',
      signalMaxAge: '5s',
      consumers: { expectedStartup: '1s' },
      behavior: { scaleDown: { stabilizationWindowSeconds: 5 } },
    },
    decisionIntervalMs,
  )
}
