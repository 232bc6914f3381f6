import type { Recommendation, ScaleEvent, ScalingRules } from './types.ts'

// The arithmetic of autoscaling/v2's behavior (kubernetes/kubernetes, pkg/controller/podautoscaler/horizontal.go;
// KEP-853, KEP-4951), as pure functions.

/** Is the proposal within the tolerance of the direction it points to (inclusive)? Without replicas nothing is. */
export function isTolerated(exact: number, replicas: number, up: ScalingRules, down: ScalingRules): boolean {
  if (replicas === 0) return false
  const ratio = exact / replicas
  // 11 of 10 is 10 % more, whatever 1.1 is in binary.
  const slack = 1e-9
  return ratio >= 1 - down.tolerance - slack && ratio <= 1 + up.tolerance + slack
}

/**
 * The proposal as far as the recommendations of both windows agree: up to their least, down to their greatest.
 * @param recommendations not stabilised, the newest of them for this moment
 */
export function stabilize(
  replicas: number,
  proposed: number,
  recommendations: readonly Recommendation[],
  windows: { upMs: number; downMs: number },
  nowMs: number,
): { replicas: number; limitedBy: 'ScaleUpStabilization' | 'ScaleDownStabilization' | null } {
  let [up, down] = [proposed, proposed]
  for (const recommendation of recommendations) {
    if (recommendation.atMs > nowMs - windows.upMs) up = Math.min(up, recommendation.replicas)
    if (recommendation.atMs > nowMs - windows.downMs) down = Math.max(down, recommendation.replicas)
  }
  let stable = replicas
  if (stable < up) stable = up
  if (stable > down) stable = down
  if (stable === proposed) return { replicas: stable, limitedBy: null }
  return {
    replicas: stable,
    limitedBy: proposed > stable ? 'ScaleUpStabilization' : 'ScaleDownStabilization',
  }
}

/** The most replicas that the scale-up policies allow now. Infinity: there is no policy. */
export function scaleUpLimit(
  rules: ScalingRules,
  replicas: number,
  events: readonly ScaleEvent[],
  nowMs: number,
): number {
  if (rules.selectPolicy === 'Disabled') return replicas
  if (rules.policies.length === 0) return Number.POSITIVE_INFINITY
  const limits = rules.policies.map(({ type, value, periodMs }) => {
    const start = replicasBefore(periodMs, replicas, events, nowMs)
    return type === 'Pods' ? start + value : Math.ceil((start * (100 + value)) / 100)
  })
  const limit = rules.selectPolicy === 'Min' ? Math.min(...limits) : Math.max(...limits)
  return Math.max(limit, replicas)
}

/** The fewest replicas that the scale-down policies allow now. 0: there is no policy. */
export function scaleDownLimit(
  rules: ScalingRules,
  replicas: number,
  events: readonly ScaleEvent[],
  nowMs: number,
): number {
  if (rules.selectPolicy === 'Disabled') return replicas
  if (rules.policies.length === 0) return 0
  const limits = rules.policies.map(({ type, value, periodMs }) => {
    const start = replicasBefore(periodMs, replicas, events, nowMs)
    return type === 'Pods' ? start - value : Math.floor((start * (100 - value)) / 100)
  })
  // Max is the policy that allows the greatest change.
  const limit = rules.selectPolicy === 'Min' ? Math.max(...limits) : Math.min(...limits)
  return Math.max(0, Math.min(limit, replicas))
}

/** Replicas at the start of the period, had there been only this scaler: events of both directions count. */
function replicasBefore(
  periodMs: number,
  replicas: number,
  events: readonly ScaleEvent[],
  nowMs: number,
): number {
  return events
    .filter(({ atMs }) => atMs > nowMs - periodMs)
    .reduce((count, { from, to }) => count - (to - from), replicas)
}
