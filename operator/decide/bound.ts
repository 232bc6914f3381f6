import { scaleDownLimit, scaleUpLimit, stabilize } from './limits.ts'
import type { Observation } from './observe.ts'
import type { History, LimitedBy, Pause, Policy, Recommendation } from './types.ts'

/** Reasons not to add consumers now. */
export interface Holds {
  brake: boolean
  ineffective: boolean
  storm: boolean
}

export interface Bounded {
  replicas: number
  limitedBy: LimitedBy | null
}

/**
 * Caps of a proposal that come before the behavior's limits: reasons why more would not help. They never take away
 * what runs, and never keep a queue without any consumer.
 */
export function capProposal(proposed: number, replicas: number, seen: Observation, holds: Holds): Bounded {
  const most = Math.max(replicas, 1)
  if (proposed > most) {
    if (holds.brake) return { replicas: most, limitedBy: 'Brake' }
    if (holds.storm) return { replicas: most, limitedBy: 'RedeliveryStorm' }
    if (holds.ineffective) return { replicas: most, limitedBy: 'IneffectiveScaling' }
  }
  if (seen.consumerLimit !== null && proposed > seen.consumerLimit)
    return { replicas: seen.consumerLimit, limitedBy: 'ConsumerLimit' }
  return { replicas: proposed, limitedBy: null }
}

/**
 * From the proposal to what may be done now, in the order of autoscaling/v2: replicas outside of min and max are put
 * right at once; then stabilization, speed, min and max.
 * @param recommendations not stabilised, with that of this moment
 */
export function bound(
  policy: Policy,
  replicas: number,
  proposed: number,
  recommendations: readonly Recommendation[],
  events: History['events'],
  nowMs: number,
): Bounded {
  const { minReplicas, maxReplicas } = policy
  const { scaleUp, scaleDown } = policy.behavior
  if (replicas > maxReplicas) return { replicas: maxReplicas, limitedBy: 'MaxReplicas' }
  if (replicas < minReplicas) return { replicas: minReplicas, limitedBy: 'MinReplicas' }
  const windows = { upMs: scaleUp.stabilizationWindowMs, downMs: scaleDown.stabilizationWindowMs }
  let { replicas: wanted, limitedBy }: Bounded = stabilize(
    replicas,
    proposed,
    recommendations,
    windows,
    nowMs,
  )
  if (wanted > replicas) {
    const limit = scaleUpLimit(scaleUp, replicas, events, nowMs)
    if (wanted > limit) [wanted, limitedBy] = [limit, 'ScaleUpPolicy']
  } else if (wanted < replicas) {
    const limit = scaleDownLimit(scaleDown, replicas, events, nowMs)
    if (wanted < limit) [wanted, limitedBy] = [limit, 'ScaleDownPolicy']
  }
  if (wanted > maxReplicas) return { replicas: maxReplicas, limitedBy: 'MaxReplicas' }
  if (wanted < minReplicas) return { replicas: minReplicas, limitedBy: 'MinReplicas' }
  return { replicas: wanted, limitedBy }
}

/** What a person has forbidden, last of all. */
export function applyPause(bounded: Bounded, replicas: number, pause: Pause): Bounded {
  if (pause.replicas !== null) return { replicas: pause.replicas, limitedBy: null }
  const forbidden =
    pause.all ||
    (pause.scaleUp && bounded.replicas > replicas) ||
    (pause.scaleDown && bounded.replicas < replicas)
  return forbidden && bounded.replicas !== replicas ? { replicas, limitedBy: 'Paused' } : bounded
}
