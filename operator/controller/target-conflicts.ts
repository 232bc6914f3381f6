import type { ConditionInput } from '../decide/types.ts'
import type { HorizontalPodAutoscaler } from '../kubernetes/objects.ts'
import type { QueueScaler } from '../queue-scaler/queue-scaler.ts'

/** Everybody who scales one target. */
export interface TargetUsers {
  scalers: QueueScaler[]
  autoscalers: HorizontalPodAutoscaler[]
}

interface Target {
  apiVersion?: string | undefined
  kind?: string | undefined
  name: string
}

/** Namespace, API group, kind and name: versions of one group are the same object. */
function identityOf(namespace: string | undefined, { apiVersion, kind, name }: Target): string {
  const group = (apiVersion ?? 'apps/v1').split('/').slice(0, -1).join('/')
  return `${namespace ?? ''}/${group}/${kind ?? 'Deployment'}/${name}`
}

/** Finds who else uses a target without comparing everybody with everybody. */
export function indexTargets(
  scalers: Iterable<QueueScaler>,
  autoscalers: Iterable<HorizontalPodAutoscaler>,
): (scaler: QueueScaler) => TargetUsers {
  const users = new Map<string, TargetUsers>()
  const usersOf = (key: string) => {
    const found = users.get(key) ?? { scalers: [], autoscalers: [] }
    users.set(key, found)
    return found
  }
  for (const one of scalers)
    usersOf(identityOf(one.metadata.namespace, one.spec.scaleTargetRef)).scalers.push(one)
  for (const one of autoscalers)
    usersOf(identityOf(one.metadata.namespace, one.spec.scaleTargetRef)).autoscalers.push(one)
  return ({ metadata, spec }) => usersOf(identityOf(metadata.namespace, spec.scaleTargetRef))
}

/**
 * Who else sets the replicas of this scaler's target. Two autoscalers on one target would undo each other's work for
 * ever, so the second one stands back: an HPA always comes first, among scalers the older one.
 *
 * @param users of this scaler's target
 * @returns undefined when the target is this scaler's alone
 */
export function findTargetConflict(scaler: QueueScaler, users: TargetUsers): ConditionInput | undefined {
  const { kind, name } = scaler.spec.scaleTargetRef
  const conflict = (reason: string, other: string): ConditionInput => ({
    status: 'False',
    reason,
    message: `${other} sets the replicas of ${kind ?? 'Deployment'} "${name}" already: delete one of the two`,
  })
  const [autoscaler] = users.autoscalers
  if (autoscaler)
    return conflict('TargetHasAutoscaler', `HorizontalPodAutoscaler "${autoscaler.metadata.name}"`)
  const older = users.scalers.find(
    (other) => other.metadata.uid !== scaler.metadata.uid && isOlder(other, scaler),
  )
  return older && conflict('TargetHasScaler', `QueueScaler "${older.metadata.name}"`)
}

function isOlder(left: QueueScaler, right: QueueScaler): boolean {
  const [one, other] = [left.metadata, right.metadata]
  if (one.creationTimestamp !== other.creationTimestamp)
    return one.creationTimestamp < other.creationTimestamp
  return one.name < other.name
}
