import type { QueueScalerSpec } from './spec-schema.ts'
import type { QueueScalerStatus } from './status-schema.ts'

export const group = 'chairlift.dev'
export const version = 'v1alpha1'
export const plural = 'queuescalers'

/** A QueueScaler as the API server hands it out, as far as the operator reads it. */
export interface QueueScaler {
  apiVersion: `${typeof group}/${typeof version}`
  kind: 'QueueScaler'
  metadata: {
    name: string
    namespace: string
    uid: string
    generation: number
    resourceVersion: string
    creationTimestamp: string
    deletionTimestamp?: string
    annotations?: Record<string, string>
    labels?: Record<string, string>
    finalizers?: string[]
  }
  spec: QueueScalerSpec
  status?: QueueScalerStatus
}
