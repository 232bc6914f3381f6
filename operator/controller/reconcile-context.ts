import type { Logger } from '@chairlift/kit/log/logger.ts'
import type { ApiClient } from '../kubernetes/api-client.ts'
import type { EventRecorder } from '../kubernetes/event-recorder.ts'
import type { QueueScaler } from '../queue-scaler/queue-scaler.ts'
import type { ControllerMetrics } from './controller-metrics.ts'
import type { TargetUsers } from './target-conflicts.ts'

/** What a reconcile works with. */
export interface ReconcileContext {
  /** Its writes are held back unless this process leads. */
  client: ApiClient
  /** Everybody who scales the scaler's target, itself included. */
  rivals(scaler: QueueScaler): TargetUsers
  events: EventRecorder
  metrics: ControllerMetrics
  /** Whether each decision is logged with all that it was made from. */
  logDecisions: boolean
  log: Logger
}

/** Names a scaler's target in messages. */
export function describeTarget({ spec }: QueueScaler): string {
  return `${spec.scaleTargetRef.kind ?? 'Deployment'} "${spec.scaleTargetRef.name}"`
}
