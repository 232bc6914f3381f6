import type { DecisionInputs, History, Policy, Sample } from './types.ts'

/** Arrivals are averaged over so long: noise is smoothed, a jump is seen whole after as much. */
const arrivalWindowMs = 20_000
/** What a consumer can do changes slowly and is measured over longer. */
const workWindowMs = 15_000
/** Two readings closer together say nothing about a rate. */
const shortestSpanMs = 900
/** Less work than this is no measurement of a consumer's rate. */
const leastBusySeconds = 0.05
/** From this busy share on the rate of a consumer is that of full batches; below, small ones make it look slow. */
const tellingUtilization = 0.5

export interface Rates {
  arrivalPerSecond: number | null
  acknowledgedPerSecond: number | null
  messagesPerSecondPerConsumer: number | null
  rateSource: DecisionInputs['rateSource']
  utilization: number | null
  redeliveredShare: number | null
  /** Redeliveries that the share was made of. */
  redeliveries: number
}

/** Rates from the samples of a history, and what is worth remembering of them. */
export function estimateRates(
  policy: Policy,
  history: History,
): { rates: Rates; rememberedPerSecond: number | null } {
  const { samples } = history
  const acknowledged = growth(samples, 'acknowledged', arrivalWindowMs)
  const published = growth(samples, 'published', arrivalWindowMs)
  const depth = growth(samples, 'depth', arrivalWindowMs)
  const acknowledgedPerSecond = acknowledged?.perSecond ?? null
  const inferred =
    acknowledgedPerSecond !== null && depth !== null
      ? Math.max(0, acknowledgedPerSecond + depth.perSecond)
      : null
  const worked = growth(samples, 'worked', workWindowMs)
  const busy = growth(samples, 'busySeconds', workWindowMs)
  const redelivered = growth(samples, 'redelivered', workWindowMs)
  const done = growth(samples, 'acknowledged', workWindowMs)

  const consumers = busy && meanConsumers(samples, busy.fromMs)
  const utilization = busy && consumers ? Math.min(1, busy.perSecond / consumers) : null
  const saturated = saturatedRate(samples)
  const busyRate =
    worked && busy && busy.grown >= leastBusySeconds && worked.grown > 0 ? worked.grown / busy.grown : null
  // What consumers do besides (fetching, waiting for their turn) shows only when they have enough to do.
  const byBusy = busyRate === null ? null : Math.min(busyRate, saturated ?? busyRate)
  const bySaturation = byBusy === null ? saturated : null
  const remembered = history.messagesPerSecondPerConsumer
  const telling =
    byBusy !== null && ((utilization ?? 0) >= tellingUtilization || remembered === null)
      ? byBusy
      : bySaturation
  const now =
    byBusy === null
      ? bySaturation
      : (utilization ?? 0) < tellingUtilization
        ? Math.max(byBusy, remembered ?? 0)
        : byBusy
  const measured = now ?? remembered
  const rate = measured ?? policy.expectedMessagesPerSecond
  return {
    rates: {
      arrivalPerSecond: published?.perSecond ?? inferred,
      acknowledgedPerSecond,
      messagesPerSecondPerConsumer: rate,
      rateSource:
        rate === null
          ? null
          : measured === null
            ? 'Expected'
            : byBusy === null && bySaturation !== null
              ? 'Saturation'
              : 'BusySeconds',
      utilization,
      redeliveredShare:
        redelivered && done && redelivered.grown + done.grown > 0
          ? redelivered.grown / (redelivered.grown + done.grown)
          : null,
      redeliveries: redelivered?.grown ?? 0,
    },
    rememberedPerSecond: telling ?? remembered,
  }
}

interface Growth {
  fromMs: number
  grown: number
  perSecond: number
}

type Quantity = 'published' | 'acknowledged' | 'redelivered' | 'busySeconds' | 'worked' | 'depth'

/** By how much a quantity grew within the window, between its oldest and newest reading; null if not known. */
function growth(samples: readonly Sample[], quantity: Quantity, windowMs: number): Growth | null {
  const newestSample = samples.at(-1)
  const newest = newestSample && readQuantity(newestSample, quantity)
  if (!newest) return null
  for (const sample of samples) {
    const oldest = readQuantity(sample, quantity)
    if (!oldest || oldest.atMs < newest.atMs - windowMs) continue
    const spanMs = newest.atMs - oldest.atMs
    if (spanMs < shortestSpanMs) return null
    const grown = newest.value - oldest.value
    return { fromMs: sample.atMs, grown, perSecond: grown / (spanMs / 1_000) }
  }
  return null
}

function readQuantity(sample: Sample, quantity: Quantity) {
  if (quantity !== 'depth') return sample[quantity]
  const { ready, unacknowledged } = sample
  return ready && unacknowledged && { value: ready.value + unacknowledged.value, atMs: ready.atMs }
}

function meanConsumers(samples: readonly Sample[], fromMs: number): number {
  // The growth is that of the time after the first sample.
  const seen = samples.filter(({ atMs }) => atMs > fromMs)
  return seen.reduce((total, { readyConsumers }) => total + readyConsumers, 0) / Math.max(1, seen.length)
}

/**
 * What a consumer does while all of them have enough to do; null unless messages waited all the time and the number
 * of consumers stayed the same. For consumers that do not tell their busy seconds.
 */
function saturatedRate(samples: readonly Sample[]): number | null {
  const done = growth(samples, 'acknowledged', workWindowMs)
  if (!done) return null
  const seen = samples.filter(({ atMs }) => atMs >= done.fromMs)
  const consumers = seen[0]?.readyConsumers ?? 0
  const waiting = (sample: Sample) => (sample.ready?.value ?? 0) > done.perSecond
  if (consumers === 0 || !seen.every((one) => one.readyConsumers === consumers && waiting(one))) return null
  return done.grown > 0 ? done.perSecond / consumers : null
}
