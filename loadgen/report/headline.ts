import { interrupted } from '../result/exit-codes.ts'
import type { Result } from '../result/result-schema.ts'
import type { Run } from '../result/run-schema.ts'
import { formatCount, formatMs, formatPlural } from './format-number.ts'
import { formatObjective, summariseRun } from './run-summary.ts'

/** The whole result in one or two plain sentences; no mark-up, not escaped. */
export function writeHeadline(result: Result): string {
  const { runs } = result
  switch (result.verdict) {
    case 'internal-error':
      if (result.failure === interrupted) return 'The experiment was interrupted before its end.'
      return `The experiment stopped because of an error in Chairlift itself: ${result.failure ?? 'no run was made'}.`
    case 'target-unreachable':
      return `The service could not be reached, so nothing was measured: ${result.failure ?? 'no connection'}.`
    case 'verification-failed':
      return describeWrongData(runs)
    case 'generator-invalid': {
      const doubtful = runs.filter((run) => run.validity.verdict === 'invalid')
      return `The data was right, but the load generator itself was the limit in ${outOf(doubtful, runs)}; do not use those figures.`
    }
    case 'objective-missed':
      return describeMissedObjectives(runs)
    case 'ok':
      return `${describeBest(runs)} Every check of the data held${runs.length > 1 ? ` in all ${runs.length} runs` : ''}.`
  }
}

/** The run with the most completed (where unknown: accepted) requests per second. */
export function findBestRun(runs: readonly Run[]): Run | undefined {
  return runs.reduce<Run | undefined>(
    (best, run) => (best === undefined || rateOf(run) > rateOf(best) ? run : best),
    undefined,
  )
}

function rateOf(run: Run): number {
  return run.completion.completedPerSecond ?? run.throughput.okPerSecond
}

function describeBest(runs: readonly Run[]): string {
  const best = findBestRun(runs)
  if (best === undefined) return 'No run was made.'
  const { p99Ms } = summariseRun(best, false)
  const verb = best.completion.completedPerSecond === null ? 'answered' : 'completed'
  const latency = p99Ms === null ? '' : `, answering 99 % of them within ${formatMs(p99Ms)} ms`
  const threads = formatPlural(best.threads, 'thread')
  return `The service ${verb} ${runs.length > 1 ? 'up to ' : ''}${formatCount(rateOf(best))} requests per second with ${threads}${latency}.`
}

function describeWrongData(runs: readonly Run[]): string {
  const wrong = runs.filter(({ verification }) => !verification.passed || verification.checks.length === 0)
  const check = wrong[0]?.verification.checks.find(({ passed }) => !passed)
  if (check === undefined)
    return `Nobody checked the data after ${outOf(wrong, runs)}, so the figures prove nothing.`
  const values = `expected ${show(check.expected)}, found ${show(check.actual)}`
  return `A check failed after ${outOf(wrong, runs)}: “${check.name}” (${values}). Mend that before looking at speed.`
}

function describeMissedObjectives(runs: readonly Run[]): string {
  const missing = runs.filter((run) => run.objectives.some(({ met }) => !met))
  const [first] = missing
  const missed = first?.objectives.find(({ met }) => !met)
  if (first === undefined || missed === undefined) return 'An objective was missed.'
  const { name, unit, limit, actual } = missed
  const values = `${name} ${formatObjective(unit, actual)} instead of ${formatObjective(unit, limit)}`
  const example = `${values} with ${formatPlural(first.threads, 'thread')}`
  return `The data was right, but ${outOf(missing, runs)} missed an objective${missing.length > 1 ? ', for example' : ':'} ${example}.`
}

function outOf(some: readonly Run[], all: readonly Run[]): string {
  return all.length === 1 ? 'the only run' : `${some.length} of ${all.length} runs`
}

function show(value: string | number | boolean | null): string {
  return typeof value === 'number' ? formatCount(value) : `${value ?? 'nothing'}`
}
