import type { Operation } from '../result/operation-schema.ts'
import type { ObjectiveResult, Run } from '../result/run-schema.ts'
import { formatCount, formatMs, formatPercent, formatSeconds } from './format-number.ts'

/** The handful of figures by which a run is compared with others. */
export interface RunSummary {
  /** `64`, or `64 #2` where a thread count was run several times. */
  label: string
  acceptedPerSecond: number
  /** Null where completion was not measured. */
  completedPerSecond: number | null
  /** Of the slowest operation. */
  p50Ms: number | null
  p99Ms: number | null
  maxMs: number | null
  failed: number
  maxDepth: number | null
  lagSeconds: number | null
  /** `5/5`: checks passed / made. */
  checks: string
  validity: Run['validity']['verdict']
}

/** Picks a run's figures; latencies are those of the slowest operation, so that none hides behind another. */
export function summariseRun(run: Run, isRepeated: boolean): RunSummary {
  const operations = Object.values(run.operations)
  const slowest = (statistic: keyof Operation['latencyMs']): number | null =>
    operations.reduce<number | null>((most, { latencyMs }) => {
      const value = latencyMs[statistic]
      return value === null ? most : Math.max(most ?? 0, value)
    }, null)
  const passed = run.verification.checks.filter((check) => check.passed).length
  return {
    label: labelRun(run, isRepeated),
    acceptedPerSecond: run.throughput.okPerSecond,
    completedPerSecond: run.completion.completedPerSecond,
    p50Ms: slowest('p50'),
    p99Ms: slowest('p99'),
    maxMs: slowest('max'),
    failed: operations.reduce((sum, operation) => sum + operation.failed, 0),
    maxDepth: run.queue.maxDepth,
    lagSeconds: run.completion.lagSeconds,
    checks: `${passed}/${run.verification.checks.length}`,
    validity: run.validity.verdict,
  }
}

/** `64`, `64 #2` for the second repetition, `64 · resorts=1 #2` where a parameter was varied, too. */
export function labelRun(run: Run, isRepeated: boolean): string {
  const variant = labelVariant(run)
  const cell = variant === '' ? `${run.threads}` : `${run.threads} · ${variant}`
  return isRepeated ? `${cell} #${run.repetition}` : cell
}

/** `resorts=1, order=uniform`; empty where only threads were varied. */
export function labelVariant({ parameters = {} }: Pick<Run, 'parameters'>): string {
  return Object.entries(parameters)
    .map(([name, value]) => `${name}=${value}`)
    .join(', ')
}

/** A value in the unit of an objective, with the unit. */
export function formatObjective(unit: ObjectiveResult['unit'], value: number | null): string {
  if (value === null) return 'not measured'
  switch (unit) {
    case 'ms':
      return `${formatMs(value)} ms`
    case 's':
      return `${formatSeconds(value)} s`
    case 'fraction':
      return formatPercent(value)
    default:
      return `${formatCount(value)} ${unit}`
  }
}

/** What is wrong with a run, a line each: failed checks, doubts about the generator, missed objectives. */
export function listFaults(run: Run): { kind: 'check' | 'validity' | 'objective'; text: string }[] {
  return [
    ...run.verification.checks
      .filter((check) => !check.passed)
      .map(({ id, name, expected, actual, detail }) => ({
        kind: 'check' as const,
        text: `${id} ${name}: expected ${expected}, got ${actual}${detail === '' ? '' : ` (${detail})`}`,
      })),
    ...run.validity.reasons.map((reason) => ({ kind: 'validity' as const, text: reason })),
    ...run.objectives
      .filter((objective) => !objective.met)
      .map(({ name, unit, limit, actual }) => ({
        kind: 'objective' as const,
        text: `objective ${name}: ${formatObjective(unit, actual)}, limit ${formatObjective(unit, limit)}`,
      })),
  ]
}
