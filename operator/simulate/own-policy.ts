import type { Policy } from '../decide/types.ts'
import { resolvePolicy } from '../queue-scaler/resolve-policy.ts'
import { maxMessageAgeSeconds } from './run-simulation.ts'

export const maxReplicas = 200

/** The QueueScaler of the simulation: nothing but the promise, every other field at its default. */
export const ownPolicy: Policy = resolvePolicy(
  {
    scaleTargetRef: { name: 'simulated' },
    queues: [{ name: 'queue' }],
    connection: { secretRef: { name: 'rabbitmq' } },
    objective: { maxMessageAge: `${maxMessageAgeSeconds}s` },
    maxReplicas,
  },
  2_000,
)
