import type { ConditionInput } from '../decide/types.ts'
import type { HorizontalPodAutoscaler } from '../kubernetes/objects.ts'
import type { QueueScaler } from '../queue-scaler/queue-scaler.ts'

interface Target {
  apiVersion?: string | undefined
  kind?: string | undefined
  name: string
}

/** API group, kind and name: versions of one group are the same object. */
function identityOf({ apiVersion, kind, name }: Target): string {
  const group = (apiVersion ?? 'apps/v1').split('/').slice(0, -1).join('/')
  return `${group}/${kind ?? 'Deployment'}/${name}`
}

/**
 * Who else sets the replicas of this scaler's target. Two autoscalers on one target would undo each other's work for
 * ever, so the second one stands back: an HPA always comes first, among scalers the older one.
 *
 * @returns undefined when the target is this scaler's alone
 */
export function findTargetConflict(
  scaler: QueueScaler,
  others: Iterable<QueueScaler>,
  autoscalers: Iterable<HorizontalPodAutoscaler>,
): ConditionInput | undefined {
  const target = identityOf(scaler.spec.scaleTargetRef)
  const { namespace, uid } = scaler.metadata
  const conflict = (reason: string, other: string): ConditionInput => ({
    status: 'False',
    reason,
    message: `${other} sets the replicas of ${scaler.spec.scaleTargetRef.kind ?? 'Deployment'} "${scaler.spec.scaleTargetRef.name}" already: delete one of the two`,
  })
  for (const { metadata, spec } of autoscalers)
    if (metadata.namespace === namespace && identityOf(spec.scaleTargetRef) === target)
      return conflict('TargetHasAutoscaler', `HorizontalPodAutoscaler "${metadata.name}"`)
  for (const other of others) {
    if (other.metadata.namespace !== namespace || other.metadata.uid === uid) continue
    if (identityOf(other.spec.scaleTargetRef) === target && isOlder(other, scaler))
      return conflict('TargetHasScaler', `QueueScaler "${other.metadata.name}"`)
  }
  return undefined
}

function isOlder(left: QueueScaler, right: QueueScaler): boolean {
  const [one, other] = [left.metadata, right.metadata]
  if (one.creationTimestamp !== other.creationTimestamp)
    return one.creationTimestamp < other.creationTimestamp
  return one.name < other.name
}
