import type { ConsumerSignals, History, Policy } from './types.ts'

const rememberedStartups = 10
/** Longer is no start-up but a pod that had no node or no image. */
const longestMs = 600_000

/** Takes the start-up times of consumers that became ready into the history, each once. */
export function learnStartups(
  history: History,
  consumers: readonly ConsumerSignals[],
): Pick<History, 'startupsMs' | 'startedConsumers'> {
  const known = new Set(history.startedConsumers)
  const started = consumers.filter(({ readyAtMs }) => readyAtMs !== null)
  const measured = started
    .filter(({ id }) => !known.has(id))
    .map(({ createdAtMs, readyAtMs }) => (readyAtMs as number) - createdAtMs)
    .filter((ms) => ms >= 0 && ms <= longestMs)
  return {
    startupsMs: [...history.startupsMs, ...measured].slice(-rememberedStartups),
    startedConsumers: started.map(({ id }) => id),
  }
}

/** The start-up time to plan with: that which four of five consumers kept. */
export function plannedStartupMs(policy: Policy, startupsMs: readonly number[]): number {
  if (startupsMs.length === 0) return policy.expectedStartupMs
  const sorted = startupsMs.toSorted((a, b) => a - b)
  return sorted[Math.ceil(sorted.length * 0.8) - 1] as number
}
