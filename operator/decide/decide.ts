import { applyPause, type Bounded, bound, capProposal } from './bound.ts'
import { describeConditions } from './conditions.ts'
import { isRedeliveryStorm, watchEffect } from './effectiveness.ts'
import { estimateRates, type Rates } from './estimate-rates.ts'
import { explain } from './explain.ts'
import { idleSince } from './idle.ts'
import { isTolerated } from './limits.ts'
import { type Observation, observe } from './observe.ts'
import { type Proposal, propose } from './propose.ts'
import { learnStartups, plannedStartupMs } from './startup.ts'
import type { BindingRule, DecisionInputs, History, Outcome, Policy, ScaleEvent, Signals } from './types.ts'

/**
 * The whole scaling policy: what the replicas should be, and why. Pure: the same arguments give the same answer,
 * whoever asks (controller, lab, simulator, replay).
 *
 * @param policy from `resolvePolicy`
 * @param history from the last outcome, `emptyHistory()` at the start
 * @param signals `consumers` names every consumer of the target; one whose figures cannot be read has null there
 * @param nowMs milliseconds since the epoch, never before that of the last call
 */
export function decide(policy: Policy, history: History, signals: Signals, nowMs: number): Outcome {
  const { replicas } = signals
  const { observation: seen, history: watched } = observe(policy, history, signals, nowMs)
  const scaled = history.pendingScale?.to === replicas ? history.pendingScale : null
  const { rates, rememberedPerSecond } = estimateRates(policy, watched)
  const next: History = {
    ...watched,
    ...learnStartups(watched, signals.consumers),
    ...watchEffect(history, scaled, seen, rates, nowMs),
    events: rememberEvents(policy, history.events, scaled, nowMs),
    messagesPerSecondPerConsumer: rememberedPerSecond,
    idleSinceMs: idleSince(history, watched, seen, nowMs),
    unknownSinceMs: seen.complete ? null : (history.unknownSinceMs ?? nowMs),
  }
  const startupMs = plannedStartupMs(policy, next.startupsMs)
  const stuck = isStuck(next, replicas)
  const proposal = withFallback(
    policy,
    next,
    propose(policy, seen, rates, { replicas, startupMs, stuck }),
    nowMs,
  )
  const needed = proposal.exact === null ? null : Math.max(0, Math.ceil(proposal.exact - 1e-9))

  const brakeFresh = signals.brake !== null && nowMs - signals.brake.atMs <= policy.signalMaxAgeMs
  const braked =
    policy.brake !== null && (brakeFresh ? !!signals.brake?.engaged : policy.brake.whenUnknown === 'Hold')
  const storm = isRedeliveryStorm(rates)
  const holds = { brake: braked, ineffective: next.holdScaleUpUntilMs !== null, storm }
  const proposed = narrow(policy, replicas, proposal, needed, seen, holds)

  // After a restart nothing is known of the time before: the present counts, so that nothing is taken away too soon.
  const before = history.recommendations.length > 0 ? history.recommendations : [{ atMs: nowMs, replicas }]
  next.recommendations = rememberRecommendations(policy, before, proposed.replicas, nowMs)

  const switchedOff = replicas === 0 && policy.minReplicas > 0 && signals.pause.replicas === null
  const allowed = switchedOff
    ? { replicas: 0, limitedBy: null }
    : limit(policy, replicas, proposed, next, signals, nowMs)
  const isPaused = signals.pause.replicas !== null || (signals.pause.all && !switchedOff)
  const rule: BindingRule = switchedOff ? 'SwitchedOff' : isPaused ? 'Paused' : proposal.rule
  const write = policy.mode === 'Act' && allowed.replicas !== replicas
  next.pendingScale = write ? { atMs: nowMs, from: replicas, to: allowed.replicas } : null

  const inputs = describeInputs(seen, rates, startupMs, proposal)
  const brakeUnknown = policy.brake !== null && !brakeFresh
  return {
    decision: {
      currentReplicas: replicas,
      desiredReplicas: allowed.replicas,
      write,
      neededReplicas: needed,
      bindingRule: rule,
      limitedBy: allowed.limitedBy,
      inputs,
      explanation: explain(policy, rule, inputs, needed, allowed, signals.brake?.detail ?? null),
      conditions: describeConditions({
        policy,
        inputs,
        complete: seen.complete,
        rule,
        limitedBy: allowed.limitedBy,
        needed,
        pause: signals.pause,
        storm,
        history: next,
        brakeUnknown,
      }),
    },
    history: next,
  }
}

/** The proposal as the behavior shall see it: rounded, tolerated, capped, never down on what is not known. */
function narrow(
  policy: Policy,
  replicas: number,
  proposal: Proposal,
  needed: number | null,
  seen: Observation,
  holds: Parameters<typeof capProposal>[3],
): Bounded {
  if (proposal.exact === null || needed === null) return { replicas, limitedBy: null }
  const { scaleUp, scaleDown } = policy.behavior
  if (needed !== replicas && isTolerated(proposal.exact, replicas, scaleUp, scaleDown))
    return { replicas, limitedBy: 'Tolerance' }
  const capped = capProposal(needed, replicas, seen, holds)
  return proposal.lowerBound && capped.replicas < replicas ? { replicas, limitedBy: 'UnknownSignal' } : capped
}

/** The behavior's limits, the care before zero, and the pause. */
function limit(
  policy: Policy,
  replicas: number,
  proposed: Bounded,
  history: History,
  signals: Signals,
  nowMs: number,
): Bounded {
  const bounded = bound(policy, replicas, proposed.replicas, history.recommendations, history.events, nowMs)
  const limited = bounded.limitedBy === null ? { ...bounded, limitedBy: proposed.limitedBy } : bounded
  const idle = history.idleSinceMs !== null && nowMs - history.idleSinceMs >= policy.idleCooldownMs
  const careful: Bounded =
    limited.replicas === 0 && replicas > 0 && !idle ? { replicas: 1, limitedBy: 'IdleCooldown' } : limited
  return applyPause(careful, replicas, signals.pause)
}

/** Once the depth has been unknown for long, at least the fallback's replicas. */
function withFallback(policy: Policy, history: History, proposal: Proposal, nowMs: number): Proposal {
  const { fallback } = policy
  if (!fallback || history.unknownSinceMs === null) return proposal
  if (nowMs - history.unknownSinceMs < fallback.afterMs || (proposal.exact ?? 0) >= fallback.replicas)
    return proposal
  return { ...proposal, rule: 'Fallback', exact: fallback.replicas, lowerBound: true }
}

/** Are all replicas ready for as long as rates look back, and does the backlog not shrink? */
function isStuck(history: History, replicas: number): boolean {
  const window = history.samples.slice(-6)
  const [first, last] = [window[0]?.ready, window.at(-1)?.ready]
  if (window.length < 6 || !first || !last) return false
  return last.value > 0 && last.value >= first.value && window.every((one) => one.readyConsumers >= replicas)
}

function rememberEvents(
  { behavior }: Policy,
  events: History['events'],
  scaled: ScaleEvent | null,
  nowMs: number,
): History['events'] {
  const periods = [...behavior.scaleUp.policies, ...behavior.scaleDown.policies].map(
    ({ periodMs }) => periodMs,
  )
  const longestMs = Math.max(60_000, ...periods)
  const kept = events.filter(({ atMs }) => atMs > nowMs - longestMs)
  return scaled ? [...kept, scaled] : kept
}

function rememberRecommendations(
  { behavior }: Policy,
  recommendations: History['recommendations'],
  replicas: number,
  nowMs: number,
): History['recommendations'] {
  const { scaleUp, scaleDown } = behavior
  const longestMs = Math.max(scaleUp.stabilizationWindowMs, scaleDown.stabilizationWindowMs, 1)
  const kept = recommendations.filter(({ atMs }) => atMs > nowMs - longestMs)
  return [...kept, { atMs: nowMs, replicas }]
}

function describeInputs(
  seen: Observation,
  rates: Rates,
  startupMs: number,
  proposal: Proposal,
): DecisionInputs {
  const { messagesPerSecondPerConsumer: each } = rates
  const messages = (seen.ready ?? 0) + (seen.unacknowledged ?? 0)
  return {
    readyMessages: seen.ready,
    unacknowledgedMessages: seen.unacknowledged,
    readyConsumers: seen.readyConsumers,
    arrivalPerSecond: rates.arrivalPerSecond,
    acknowledgedPerSecond: rates.acknowledgedPerSecond,
    messagesPerSecondPerConsumer: each,
    rateSource: rates.rateSource,
    utilization: rates.utilization,
    redeliveredShare: rates.redeliveredShare,
    startupMs,
    drainWithinMs: proposal.drainWithinMs,
    signalAgeMs: seen.signalAgeMs,
    expectedWaitMs:
      seen.ready !== null && each !== null && seen.readyConsumers > 0
        ? (messages / (seen.readyConsumers * each)) * 1_000
        : null,
  }
}
