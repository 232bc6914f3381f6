import type { Result } from '../../result/result-schema.ts'
import type { Run } from '../../result/run-schema.ts'
import { bootstrapInterval, fewestForInterval } from '../../statistics/bootstrap.ts'
import { median } from '../../statistics/sample.ts'
import { numbers, renderTable } from '../data-table.ts'
import { formatCount, formatMs } from '../format-number.ts'
import { html, type Markup } from '../html.ts'
import { labelVariant, type RunSummary, summariseRun } from '../run-summary.ts'

/** What repetitions say together: medians, with 95 % intervals from five repetitions on. */
export function renderMedians({ runs }: Result): Markup | null {
  const cells = [...Map.groupBy(runs, (run) => cellOf(run))]
  if (cells.every(([, repetitions]) => repetitions.length === 1)) return null
  const rows = cells.map(([label, repetitions]) => {
    const summaries = repetitions.map((run) => summariseRun(run, false))
    const show = (pick: (summary: RunSummary) => number | null, format: (value: number) => string) =>
      describeMedian(summaries.map(pick), format)
    return [
      label,
      formatCount(repetitions.length),
      show(
        ({ completedPerSecond, acceptedPerSecond }) => completedPerSecond ?? acceptedPerSecond,
        formatCount,
      ),
      show(({ p50Ms }) => p50Ms, formatMs),
      show(({ p99Ms }) => p99Ms, formatMs),
    ]
  })
  const isWide = cells.every(([, repetitions]) => repetitions.length >= fewestForInterval)
  const note = isWide
    ? 'Medians of the runs, with 95 % bootstrap intervals.'
    : `Medians of the runs; 95 % bootstrap intervals from ${fewestForInterval} runs on.`
  return html`<h3>Repetitions together</h3>${renderTable(
    note,
    numbers('threads', 'runs', 'throughput /s', 'p50 ms', 'p99 ms'),
    rows,
  )}`
}

/** `1,204 (1,180–1,230)`. */
function describeMedian(values: readonly (number | null)[], format: (value: number) => string): string {
  const known = values.filter((value) => value !== null)
  if (known.length === 0) return '–'
  const middle = format(median(known))
  if (known.length < fewestForInterval) return middle
  const { low, high } = bootstrapInterval([known], ([drawn = []]) => median(drawn))
  return `${middle} (${format(low)}–${format(high)})`
}

function cellOf(run: Run): string {
  const variant = labelVariant(run)
  return variant === '' ? `${run.threads}` : `${run.threads} · ${variant}`
}
