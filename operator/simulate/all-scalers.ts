import type { Policy } from '../decide/types.ts'
import { resolvePolicy } from '../queue-scaler/resolve-policy.ts'
import { kedaWithHpa } from './keda-hpa.ts'
import type { ModelScaler } from './model-scaler.ts'
import { ownScaler } from './own-scaler.ts'
import { maxMessageAgeSeconds } from './run-simulation.ts'
import { usualPerConsumer } from './scenario.ts'

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

/** Name of the configuration that a careful person who has measured her consumers would write. */
export const handTuned = 'KEDA by hand'

/** Fresh scalers, for one scenario: they remember. */
export function allScalers(): ModelScaler[] {
  const headroom = 0.8
  const rate = { mode: 'MessageRate', value: usualPerConsumer * headroom } as const
  return [
    ownScaler('QueueScaler', ownPolicy),
    kedaWithHpa(handTuned, [{ mode: 'QueueLength', value: 750 }, rate], maxReplicas),
    kedaWithHpa('KEDA depth 500', [{ mode: 'QueueLength', value: 500 }], maxReplicas),
    kedaWithHpa('KEDA time 15 s', [{ mode: 'ExpectedQueueConsumptionTime', value: 15 }], maxReplicas),
    kedaWithHpa(
      'KEDA rate 3× high',
      [
        { mode: 'QueueLength', value: 1_500 },
        { mode: 'MessageRate', value: rate.value * 3 },
      ],
      maxReplicas,
    ),
    kedaWithHpa(
      'KEDA rate 3× low',
      [
        { mode: 'QueueLength', value: 250 },
        { mode: 'MessageRate', value: rate.value / 3 },
      ],
      maxReplicas,
    ),
  ]
}
