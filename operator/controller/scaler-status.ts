import type { ConditionInput, ConditionType, Decision } from '../decide/types.ts'
import type {
  QueueScalerStatus,
  StatusCondition,
  StatusRecommendation,
} from '../queue-scaler/status-schema.ts'
import { isLasting, type SignalFault } from '../signals/signal-fault.ts'

const decidedTypes: readonly ConditionType[] = [
  'Active',
  'SignalFresh',
  'ObjectiveMet',
  'ScalingLimited',
  'EffectiveScaling',
  'Paused',
]

export const ready: ConditionInput = {
  status: 'True',
  reason: 'Scaling',
  message: 'the target and the queues are there and decisions are made',
}

/**
 * The condition `Ready`: can this scaler do its work, or has a person to mend something? A broker that is away for a
 * while says nothing about the object, so it never makes it False.
 */
export function readiness(faults: readonly SignalFault[]): ConditionInput {
  const lasting = faults.find(({ reason }) => isLasting(reason))
  return lasting ? { status: 'False', reason: lasting.reason, message: lasting.message } : ready
}

/** The decision's own conditions; a depth that is not fresh gets the reason that only the reader knows. */
export function decidedConditions(
  decision: Decision,
  faults: readonly SignalFault[],
): Record<ConditionType, ConditionInput> {
  const [fault] = faults
  const fresh = decision.conditions.SignalFresh
  if (!fault || fresh.status === 'True') return decision.conditions
  return {
    ...decision.conditions,
    SignalFresh: {
      ...fresh,
      reason: fault.reason,
      message: `${fresh.message.replace(/\.$/, '')}: ${fault.message}`,
    },
  }
}

/** What the conditions are while no decision can be made at all. */
export function undecidedConditions(cause: ConditionInput): Record<ConditionType, ConditionInput> {
  const unknown: ConditionInput = { status: 'Unknown', reason: cause.reason, message: cause.message }
  return Object.fromEntries(decidedTypes.map((type) => [type, unknown])) as Record<
    ConditionType,
    ConditionInput
  >
}

export interface StatusParts {
  generation: number
  now: Date
  ready: ConditionInput
  conditions: Record<ConditionType, ConditionInput>
  /** Of the target; undefined when it was not seen. */
  replicas: number | undefined
  recommendation: StatusRecommendation | undefined
  lastScaleTime: string | undefined
}

/** The status of now; a condition's time stays while its status does. */
export function composeStatus(before: QueueScalerStatus | undefined, parts: StatusParts): QueueScalerStatus {
  const { generation, now, replicas, lastScaleTime } = parts
  const recommendation = parts.recommendation ?? before?.recommendation
  const conditions = Object.entries({ Ready: parts.ready, ...parts.conditions }).map(([type, input]) => {
    const old = before?.conditions?.find((condition) => condition.type === type)
    return {
      type,
      status: input.status,
      observedGeneration: generation,
      lastTransitionTime:
        old?.status === input.status ? old.lastTransitionTime : now.toISOString().replace(/\.\d{3}Z$/, 'Z'),
      reason: input.reason,
      message: input.message,
    }
  })
  return {
    observedGeneration: generation,
    ...(replicas !== undefined && { replicas }),
    ...(recommendation !== undefined && { desiredReplicas: recommendation.replicas, recommendation }),
    ...(lastScaleTime !== undefined && { lastScaleTime }),
    conditions,
  }
}

/** The conditions whose status differs from before. */
export function transitions(
  before: QueueScalerStatus | undefined,
  after: QueueScalerStatus,
): { from: StatusCondition | undefined; to: StatusCondition }[] {
  return (after.conditions ?? [])
    .map((to) => ({ from: before?.conditions?.find(({ type }) => type === to.type), to }))
    .filter(({ from, to }) => from?.status !== to.status)
}
