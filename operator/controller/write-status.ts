import { isConflict, isNotFound } from '../kubernetes/api-error.ts'
import type { ApiObject } from '../kubernetes/objects.ts'
import { group, plural, type QueueScaler, version } from '../queue-scaler/queue-scaler.ts'
import type { QueueScalerStatus } from '../queue-scaler/status-schema.ts'
import type { ReconcileContext } from './reconcile-context.ts'
import type { ScalerState } from './scaler-state.ts'
import { transitions } from './scaler-status.ts'

/** Path of the scalers in one namespace, or in all. */
export function scalersPath(namespace: string | undefined): string {
  return `/apis/${group}/${version}${namespace ? `/namespaces/${namespace}` : ''}/${plural}`
}

/**
 * Writes the status if it is worth it, as a whole and on condition that the object is as it was read. A conflict means
 * that the spec changed a moment ago: the next round has something newer to say.
 *
 * @throws ApiError, ApiUnreachable, NotLeader
 */
export async function writeStatus(
  scaler: QueueScaler,
  state: ScalerState,
  context: ReconcileContext,
  status: QueueScalerStatus,
): Promise<void> {
  if (!state.throttle.isDue(status, performance.now())) return
  const { client, metrics } = context
  const { namespace, name } = scaler.metadata
  const before = state.throttle.written
  try {
    await client.request('PUT', `${scalersPath(namespace)}/${name}/status`, { body: { ...scaler, status } })
  } catch (error) {
    if (isConflict(error) || isNotFound(error)) return
    throw error
  }
  metrics.statusWrites.inc()
  state.throttle.wrote(status, performance.now())
  const changed = transitions(before, status)
  for (const { from, to } of changed) {
    // A missing queue is told once, not once as "not ready" and once as "not fresh".
    const told = changed.find((other) => other.to.reason === to.reason)
    if (told?.to === to) tellTransition(scaler, context, from?.status, to)
  }
}

/** Conditions whose change deserves an Event; the others tell of the load, not of trouble. */
const notable = ['Ready', 'SignalFresh', 'EffectiveScaling']

function tellTransition(
  scaler: QueueScaler,
  { events }: ReconcileContext,
  from: string | undefined,
  to: { type: string; status: string; reason: string; message: string },
): void {
  if (!notable.includes(to.type) || to.status === 'Unknown') return
  // That a new scaler works is what everybody expects.
  if (to.status === 'True' && from === undefined) return
  events.record(scaler as ApiObject, to.status === 'True' ? 'Normal' : 'Warning', to.reason, to.message)
}
