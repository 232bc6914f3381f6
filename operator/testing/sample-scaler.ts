import type { QueueScaler } from '../queue-scaler/queue-scaler.ts'
import type { QueueScalerSpec } from '../queue-scaler/spec-schema.ts'

/** A QueueScaler as the API server hands it out. */
export function sampleScaler(
  change: { metadata?: Partial<QueueScaler['metadata']>; spec?: Partial<QueueScalerSpec> } = {},
): QueueScaler {
  return {
    apiVersion: 'chairlift.dev/v1alpha1',
    kind: 'QueueScaler',
    metadata: {
      name: 'writer',
      namespace: 'lab',
      uid: 'uid',
      generation: 1,
      resourceVersion: '1',
      creationTimestamp: '2026-01-01T00:00:00Z',
      ...change.metadata,
    },
    spec: {
      scaleTargetRef: { name: 'writer' },
      queues: [{ name: 'work' }],
      connection: { secretRef: { name: 'rabbitmq' } },
      objective: { maxMessageAge: '30s' },
      maxReplicas: 10,
      ...change.spec,
    },
  }
}
