import type { Rates } from './estimate-rates.ts'
import type { Observation } from './observe.ts'
import type { BindingRule, Policy } from './types.ts'

/** What the objective asks for, before any limit. */
export interface Proposal {
  rule: BindingRule
  /** Not rounded, so that the tolerance compares what autoscaling/v2 compares; null: it cannot be said. */
  exact: number | null
  /** Is it only a lower bound, because something is not known? */
  lowerBound: boolean
  drainWithinMs: number | null
}

export interface Circumstances {
  replicas: number
  startupMs: number
  /** Are all replicas ready and has the backlog not shrunk? Then more may help, even if nobody knows how much. */
  stuck: boolean
}

/** Applies the policy's objective. */
export function propose(
  policy: Policy,
  seen: Observation,
  rates: Rates,
  circumstances: Circumstances,
): Proposal {
  if (seen.ready === null) return { rule: 'Hold', exact: null, lowerBound: true, drainWithinMs: null }
  return policy.objective.type === 'MessagesPerReplica'
    ? proposeByDepth(policy.objective.messagesPerReplica, seen, circumstances)
    : proposeByAge(policy, policy.objective, seen, rates, circumstances)
}

/** autoscaling/v2 with an external metric and `AverageValue`: messages, waiting or in work, over the target. */
function proposeByDepth(perReplica: number, seen: Observation, { replicas }: Circumstances): Proposal {
  const messages = (seen.ready ?? 0) + (seen.unacknowledged ?? 0)
  const exact = messages / perReplica
  const rule: BindingRule = messages === 0 ? 'Idle' : replicas === 0 ? 'WakeUp' : 'MessagesPerReplica'
  const lowerBound = !seen.complete || (seen.unacknowledged === null && replicas > 0)
  return { rule, exact, lowerBound, drainWithinMs: null }
}

/**
 * Consumers for what arrives, at the target utilisation, and for the last message that waits to be done in time:
 *
 *     max( λ / (ρ·µ), max(0, B − λ·interval) / (T·µ) ),  T = maxMessageAge − start-up − interval − signal age
 *
 * The first term and µ from busy time are DS2's (Kalavri et al., OSDI 2018). The second is Little's law for a queue
 * that is first in, first out: whoever is last of B waits B / (N·µ), and what arrives behind him does not make him
 * wait longer. T leaves out what passes before new consumers work. See docs/adr/0020.
 */
function proposeByAge(
  policy: Policy,
  objective: Extract<Policy['objective'], { type: 'MaxMessageAge' }>,
  seen: Observation,
  rates: Rates,
  { replicas, startupMs, stuck }: Circumstances,
): Proposal {
  const backlog = (seen.ready ?? 0) + (seen.unacknowledged ?? 0)
  const { arrivalPerSecond, messagesPerSecondPerConsumer: perConsumer } = rates
  const lostMs = startupMs + policy.intervalMs + (seen.signalAgeMs ?? 0)
  const drainWithinMs = Math.max(objective.maxMessageAgeMs - lostMs, objective.maxMessageAgeMs * leastShare)
  const base = { drainWithinMs, lowerBound: !seen.complete || arrivalPerSecond === null }
  if (backlog === 0 && (replicas === 0 || arrivalPerSecond === 0)) return { ...base, rule: 'Idle', exact: 0 }
  if (perConsumer === null) {
    if (replicas === 0) return { ...base, rule: 'WakeUp', exact: 1, lowerBound: true }
    return { ...base, rule: 'LearnRate', exact: stuck ? replicas * 2 : replicas, lowerBound: true }
  }
  const arrivals = arrivalPerSecond ?? 0
  const excess = Math.max(0, backlog - (arrivals * policy.intervalMs) / 1_000)
  const keepUp = arrivals / (objective.targetUtilization * perConsumer)
  const drain = excess / (drainWithinMs / 1_000) / perConsumer
  const exact = Math.max(keepUp, drain)
  const rule = replicas === 0 ? 'WakeUp' : drain > keepUp ? 'DrainBacklog' : 'KeepUpWithArrivals'
  return { ...base, rule, exact }
}

/** Share of the promise that is planned with at least, when start-up alone takes most of it. */
const leastShare = 0.2
