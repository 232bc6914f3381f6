import { formatCount, formatMs, formatPlural } from '../report/format-number.ts'
import type { CellComparison, Comparison, Finding, MetricComparison } from './comparison.ts'
import { type MetricName, metricTraits } from './metrics.ts'

/** The whole comparison in one or two plain sentences; no mark-up, not escaped. */
export function writeFinding({ finding, cells, a, b, level, runsNeeded }: Comparison): string {
  const all = cells.flatMap((cell) => cell.metrics.map((metric) => ({ cell, metric })))
  const differing = all.filter(({ metric }) => metric.finding === 'better' || metric.finding === 'worse')
  switch (finding) {
    case 'undecidable':
      return `There are too few runs to tell: with ${formatPlural(all.length, 'comparison')} at once, no difference could be shown from fewer than ${runsNeeded} runs a side of each combination.`
    case 'no-difference':
      return `No difference between ${a.label} and ${b.label} was shown in ${formatPlural(all.length, 'comparison')}. ${describeRoom(all.map(({ metric }) => metric))}`
    default: {
      const [strongest] = [...differing].sort(
        (left, right) => Math.abs(Math.log(right.metric.ratio)) - Math.abs(Math.log(left.metric.ratio)),
      )
      const share = `${differing.length} of ${formatPlural(all.length, 'comparison')}`
      const word = finding === 'mixed' ? 'better in some figures and worse in others' : finding
      const example =
        strongest === undefined ? '' : `, most in ${describeDifference(strongest.cell, strongest.metric)}`
      return `${b.label} is ${word} than ${a.label} in ${share}${example}. The chance of any false alarm on this page is at most ${level * 100} %.`
    }
  }
}

/** `throughput with 64 threads: −9.1 % (−11.0 % to −7.2 %)`. */
function describeDifference(
  { threads, parameters }: CellComparison,
  { metric, ratio, ratioInterval }: MetricComparison,
): string {
  const varied = Object.entries(parameters).map(([name, value]) => `${name}=${value}`)
  const where = [`with ${formatPlural(threads, 'thread')}`, ...varied].join(', ')
  const interval =
    ratioInterval === null
      ? ''
      : ` (95 %: ${formatChange(ratioInterval.low)} to ${formatChange(ratioInterval.high)})`
  return `${metricTraits[metric].title.toLowerCase()} ${where}: ${formatChange(ratio)}${interval}`
}

/** How large a difference the intervals leave room for: "none shown" is not "none". */
function describeRoom(metrics: readonly MetricComparison[]): string {
  const throughput = metrics.filter(({ metric }) => metric === 'throughput')
  const room = (throughput.length > 0 ? throughput : metrics).flatMap(({ ratioInterval }) =>
    ratioInterval === null ? [] : [1 - ratioInterval.low, ratioInterval.high - 1],
  )
  if (room.length === 0)
    return 'With fewer than 5 runs a side there is no interval that says how large one might be.'
  const what = throughput.length > 0 ? 'throughput' : 'these figures'
  return `The intervals leave room for one of at most ${(100 * Math.max(...room)).toFixed(1)} % in ${what}.`
}

/** A ratio as a change: 0.909 is −9.1 %. */
export function formatChange(ratio: number): string {
  const percent = (ratio - 1) * 100
  const digits = Math.abs(percent).toFixed(1)
  return digits === '0.0' ? '±0.0 %' : `${percent < 0 ? '−' : '+'}${digits} %`
}

/** A value of a figure, without unit. */
export function formatValue(metric: MetricName, value: number): string {
  return metric === 'throughput' ? formatCount(value) : formatMs(value)
}

/** A p-value: `0.008`, `< 0.001`. */
export function formatP(p: number): string {
  return p < 0.001 ? '< 0.001' : p.toFixed(3)
}

/** The words for a finding. */
export const findingWords: Readonly<Record<Finding, string>> = {
  better: 'better',
  worse: 'worse',
  'no-difference': 'none shown',
  undecidable: 'too few runs',
}
