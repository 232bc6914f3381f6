import type { Rates } from './estimate-rates.ts'
import type { Observation } from './observe.ts'
import type { History, ScaleEvent } from './types.ts'

/** How long a scale-up is watched once all its consumers work; as long as rates need to forget the time before. */
const watchedMs = 15_000
/** A scale-up that is not ready after so long is not judged. */
const givenUpMs = 300_000
/** Share of the expected gain that counts as an effect (Flink's autoscaler: 10 %). */
const leastGain = 0.1
/** So many scale-ups in a row without an effect are no accident. */
const toleratedScaleUps = 2
/** How long nothing is added then; one more try afterwards. */
const heldMs = 600_000

/** Redeliveries are a storm from this share of deliveries and this number on. */
const stormShare = 0.5
const stormRedeliveries = 20

type Effect = Pick<History, 'trial' | 'ineffectiveScaleUps' | 'holdScaleUpUntilMs'>

/**
 * Watches whether scale-ups bring throughput: more consumers in front of a saturated database, or one locked row, only
 * cost. A scale-up is judged only while messages wait: consumers without work prove nothing.
 */
export function watchEffect(
  history: History,
  scaled: ScaleEvent | null,
  seen: Observation,
  rates: Rates,
  nowMs: number,
): Effect {
  const { ineffectiveScaleUps, holdScaleUpUntilMs } = history
  const effect: Effect = { trial: history.trial, ineffectiveScaleUps, holdScaleUpUntilMs }
  if (holdScaleUpUntilMs !== null && nowMs >= holdScaleUpUntilMs) {
    effect.holdScaleUpUntilMs = null
    effect.ineffectiveScaleUps = toleratedScaleUps - 1
  }
  if (scaled && scaled.to < scaled.from) effect.trial = null
  if (scaled && scaled.to > scaled.from) effect.trial = extendTrial(history, scaled, rates)
  const { trial } = effect
  if (trial === null) return effect
  if (seen.ready === 0 || nowMs - trial.startedAtMs > givenUpMs) {
    // Whatever waited has been done: that is an effect.
    if (seen.ready === 0) effect.ineffectiveScaleUps = 0
    return { ...effect, trial: null }
  }
  if (trial.readyAtMs === null) {
    if (seen.readyConsumers >= trial.toReplicas) effect.trial = { ...trial, readyAtMs: nowMs }
    return effect
  }
  if (nowMs - trial.readyAtMs < watchedMs || rates.acknowledgedPerSecond === null) return effect
  const expected = trial.ratePerSecond * (trial.toReplicas / trial.fromReplicas - 1)
  const gained = rates.acknowledgedPerSecond - trial.ratePerSecond
  if (gained >= leastGain * expected) return { ...effect, trial: null, ineffectiveScaleUps: 0 }
  const failed = effect.ineffectiveScaleUps + 1
  return {
    trial: null,
    ineffectiveScaleUps: failed,
    holdScaleUpUntilMs: failed >= toleratedScaleUps ? nowMs + heldMs : effect.holdScaleUpUntilMs,
  }
}

/** A scale-up during another one's trial makes the trial larger; without a rate before there is nothing to compare. */
function extendTrial(history: History, scaled: ScaleEvent, rates: Rates): History['trial'] {
  if (history.trial) return { ...history.trial, toReplicas: scaled.to, readyAtMs: null }
  const before = rates.acknowledgedPerSecond
  if (scaled.from === 0 || before === null || before <= 0) return null
  return {
    readyAtMs: null,
    startedAtMs: scaled.atMs,
    fromReplicas: scaled.from,
    toReplicas: scaled.to,
    ratePerSecond: before,
  }
}

/** Do messages come back instead of being done? More consumers would only fail more often. */
export function isRedeliveryStorm(rates: Rates): boolean {
  return rates.redeliveries >= stormRedeliveries && (rates.redeliveredShare ?? 0) > stormShare
}
