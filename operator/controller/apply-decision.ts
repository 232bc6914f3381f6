import type { Decision } from '../decide/types.ts'
import { isConflict } from '../kubernetes/api-error.ts'
import type { ApiObject, Scale } from '../kubernetes/objects.ts'
import { chooseVictims, deletionCostChanges, writeDeletionCosts } from '../kubernetes/pod-deletion-cost.ts'
import { readScale, writeScale } from '../kubernetes/scale-target.ts'
import type { QueueScaler } from '../queue-scaler/queue-scaler.ts'
import type { SignalCollector } from '../signals/signal-collector.ts'
import { describeTarget, type ReconcileContext } from './reconcile-context.ts'
import type { ScalerState } from './scaler-state.ts'

/** A target is written by many (its own status counts as well), so a conflict alone says little. */
const maxAttempts = 5

/**
 * Writes the decided replicas, marking beforehand the pods that are to go. Every attempt names the version it read; if
 * in the meantime somebody set other replicas than those the decision was made for, it is not carried out.
 *
 * @throws ApiError, ApiUnreachable, NotLeader
 */
export async function applyDecision(
  scaler: QueueScaler,
  state: ScalerState,
  context: ReconcileContext,
  decision: Decision,
  read: Scale,
  collector: SignalCollector,
): Promise<void> {
  const { client, events, metrics, log } = context
  const { currentReplicas, desiredReplicas } = decision
  const { namespace, name } = scaler.metadata
  const target = { ...scaler.spec.scaleTargetRef, kind: scaler.spec.scaleTargetRef.kind ?? 'Deployment' }
  if (desiredReplicas < currentReplicas && desiredReplicas > 0)
    await markVictims(scaler, context, currentReplicas - desiredReplicas, collector)

  let scale = read
  for (let attempt = 1; ; attempt++) {
    try {
      state.keepScale(await writeScale(client, namespace, target, scale, desiredReplicas))
      break
    } catch (error) {
      if (!isConflict(error) || attempt === maxAttempts) throw error
      scale = await readScale(client, namespace, target)
      state.keepScale(scale)
      if ((scale.spec?.replicas ?? 0) !== currentReplicas) {
        log.info(
          { namespace, name, replicas: scale.spec?.replicas ?? 0 },
          'someone else has scaled the target',
        )
        state.decideAgain()
        return
      }
    }
  }
  state.lastScaleTime = new Date().toISOString().replace(/\.\d{3}Z$/, 'Z')
  metrics.scaleWrites.inc({ direction: desiredReplicas > currentReplicas ? 'up' : 'down' })
  log.info(
    { namespace, name, from: currentReplicas, to: desiredReplicas, rule: decision.bindingRule },
    'scaled',
  )
  events.record(
    scaler as ApiObject,
    'Normal',
    'Scaled',
    `${describeTarget(scaler)} from ${currentReplicas} to ${desiredReplicas} replicas: ${decision.explanation}`,
  )
}

/** A pod that cannot be marked is taken away all the same, only perhaps not the best one. */
async function markVictims(
  scaler: QueueScaler,
  { client, log }: ReconcileContext,
  count: number,
  collector: SignalCollector,
): Promise<void> {
  const { pods, load } = collector.podLoad()
  const changes = deletionCostChanges(pods, chooseVictims(pods, load, count))
  await writeDeletionCosts(client, scaler.metadata.namespace, changes).catch((error: Error) =>
    log.warn({ reason: error.message }, 'the pods to go could not be marked'),
  )
}
