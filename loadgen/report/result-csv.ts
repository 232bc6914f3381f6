import type { Result } from '../result/result-schema.ts'

const header = [
  'experiment',
  'threads',
  'repetition',
  'operation',
  'requests',
  'ok',
  'failed',
  'retries',
  'wall_seconds',
  'ok_per_second',
  'completed_per_second',
  'latency_min_ms',
  'latency_mean_ms',
  'latency_p50_ms',
  'latency_p90_ms',
  'latency_p95_ms',
  'latency_p99_ms',
  'latency_p999_ms',
  'latency_max_ms',
  'queue_depth_max',
  'completion_lag_seconds',
  'verification_passed',
  'validity',
]

/**
 * The result as CSV (RFC 4180), one row for each run and operation, for spreadsheets and statistics programs.
 * Unknown values are empty fields. `completed_per_second`, depth, lag, verification and validity belong to the
 * whole run and are repeated in each of its rows.
 */
export function formatResultCsv({ experiment, runs }: Result): string {
  const rows = runs.flatMap((run) =>
    Object.entries(run.operations).map(([name, operation]) => {
      const { min, mean, p50, p90, p95, p99, p999, max } = operation.latencyMs
      return [
        experiment.name,
        run.threads,
        run.repetition,
        name,
        operation.count,
        operation.ok,
        operation.failed,
        operation.retries,
        run.wallSeconds,
        operation.throughput,
        run.completion.completedPerSecond,
        ...[min, mean, p50, p90, p95, p99, p999, max],
        run.queue.maxDepth,
        run.completion.lagSeconds,
        run.verification.passed,
        run.validity.verdict,
      ]
    }),
  )
  return [header, ...rows].map((row) => `${row.map(formatField).join(',')}\r\n`).join('')
}

function formatField(value: string | number | boolean | null): string {
  if (value === null) return ''
  if (typeof value !== 'string') return String(value)
  // A spreadsheet takes a text that begins like this for a formula and runs it.
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
