import { Histogram } from '../histogram/histogram.ts'
import { mergeSparse } from '../histogram/sparse-histogram.ts'
import { summariseRun } from '../report/run-summary.ts'
import type { Operation } from '../result/operation-schema.ts'
import type { Run } from '../result/run-schema.ts'

/** The figures by which runs are compared. */
export const metricNames = ['throughput', 'p50', 'p95', 'p99'] as const
export type MetricName = (typeof metricNames)[number]

/** How a figure is shown, and which way is good. */
export const metricTraits: Readonly<
  Record<MetricName, { title: string; unit: string; moreIsBetter: boolean }>
> = {
  throughput: { title: 'Throughput', unit: '/s', moreIsBetter: true },
  p50: { title: 'Latency p50', unit: 'ms', moreIsBetter: false },
  p95: { title: 'Latency p95', unit: 'ms', moreIsBetter: false },
  p99: { title: 'Latency p99', unit: 'ms', moreIsBetter: false },
}

/**
 * A run's figure. Throughput is what was completed per second, or accepted where completion is unknown; latencies are
 * those of the slowest operation. With an operation named, both are its own.
 *
 * @returns null when the run does not tell
 */
export function readMetric(run: Run, metric: MetricName, operation?: string): number | null {
  const chosen: Run = operation === undefined ? run : only(run, operation)
  const positive = (value: number | null) => (value !== null && value > 0 ? value : null)
  if (metric === 'throughput') {
    if (operation !== undefined) return positive(run.operations[operation]?.throughput ?? null)
    return positive(run.completion.completedPerSecond ?? run.throughput.okPerSecond)
  }
  if (metric === 'p95') return positive(slowestP95(Object.values(chosen.operations)))
  const { p50Ms, p99Ms } = summariseRun(chosen, false)
  return positive(metric === 'p50' ? p50Ms : p99Ms)
}

/** All latencies of some runs in one histogram. */
export function mergeLatencies(runs: readonly Run[], operation?: string): Histogram {
  const all = new Histogram()
  for (const run of runs)
    for (const [name, { histogram }] of Object.entries(run.operations))
      if (operation === undefined || name === operation) mergeSparse(all, histogram)
  return all
}

function only(run: Run, operation: string): Run {
  const found = run.operations[operation]
  return { ...run, operations: found === undefined ? {} : { [operation]: found } }
}

function slowestP95(operations: readonly Operation[]): number | null {
  const known = operations.flatMap(({ latencyMs }) => latencyMs.p95 ?? [])
  return known.length === 0 ? null : Math.max(...known)
}
