import type { Policy, ScalingRules } from '../decide/types.ts'
import { parseDuration } from './duration.ts'
import type { QueueScalerSpec } from './spec-schema.ts'

type Rules = NonNullable<NonNullable<QueueScalerSpec['behavior']>['scaleUp']>

/**
 * The policy of a spec: defaults as in the CRD (for a spec that no API server has seen), units in milliseconds.
 * @param intervalMs how often the caller decides
 * @throws RangeError when a duration is none, or there is not exactly one objective
 */
export function resolvePolicy(spec: QueueScalerSpec, intervalMs: number): Policy {
  return {
    objective: resolveObjective(spec.objective),
    minReplicas: spec.minReplicas ?? 1,
    maxReplicas: spec.maxReplicas,
    mode: spec.mode ?? 'Act',
    behavior: {
      scaleUp: resolveRules(spec.behavior?.scaleUp, 0),
      scaleDown: resolveRules(spec.behavior?.scaleDown, 60),
    },
    idleCooldownMs: parseDuration(spec.idleCooldown ?? '5m'),
    expectedStartupMs: parseDuration(spec.consumers?.expectedStartup ?? '10s'),
    expectedMessagesPerSecond: spec.consumers?.expectedMessagesPerSecond ?? null,
    signalMaxAgeMs: parseDuration(spec.signalMaxAge ?? '30s'),
    intervalMs,
    fallback: spec.fallback
      ? { afterMs: parseDuration(spec.fallback.after), replicas: spec.fallback.replicas }
      : null,
    brake: spec.brake ? { whenUnknown: spec.brake.whenUnknown ?? 'Allow' } : null,
  }
}

function resolveObjective(objective: QueueScalerSpec['objective']): Policy['objective'] {
  const { maxMessageAge, messagesPerReplica, targetUtilizationPercent = 95 } = objective
  if (maxMessageAge !== undefined && messagesPerReplica === undefined)
    return {
      type: 'MaxMessageAge',
      maxMessageAgeMs: parseDuration(maxMessageAge),
      targetUtilization: targetUtilizationPercent / 100,
    }
  if (messagesPerReplica !== undefined && maxMessageAge === undefined)
    return { type: 'MessagesPerReplica', messagesPerReplica }
  throw new RangeError('objective needs exactly one of maxMessageAge and messagesPerReplica')
}

function resolveRules(rules: Rules | undefined, windowSeconds: number): ScalingRules {
  return {
    stabilizationWindowMs: (rules?.stabilizationWindowSeconds ?? windowSeconds) * 1_000,
    selectPolicy: rules?.selectPolicy ?? 'Max',
    policies: (rules?.policies ?? []).map(({ type, value, periodSeconds }) => ({
      type,
      value,
      periodMs: periodSeconds * 1_000,
    })),
    tolerance: Number(rules?.tolerance ?? '0.1'),
  }
}
