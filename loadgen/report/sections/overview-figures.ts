import type { Result } from '../../result/result-schema.ts'
import { type Axis, latencyAxis, zeroBasedAxis } from '../charts/axes.ts'
import { type Series, seriesStyles } from '../charts/draw-chart.ts'
import { numbers } from '../data-table.ts'
import type { Figure } from '../figure.ts'
import { formatCount, formatMs } from '../format-number.ts'
import { labelVariant, type RunSummary, summariseRun } from '../run-summary.ts'

type ThreadSummary = RunSummary & { threads: number; variant: string }

/** Throughput and latency against the number of threads, over all runs; lines join the medians of repetitions. */
export function overviewFigures({ runs }: Result): Figure[] {
  if (runs.length === 0) return []
  const isRepeated = runs.some(({ repetition }) => repetition > 1)
  const figures = runs.map((run) => ({
    ...summariseRun(run, isRepeated),
    threads: run.threads,
    variant: labelVariant(run),
  }))
  const x = threadsAxis(figures.map(({ threads }) => threads))
  const single = new Set(figures.map(({ threads }) => threads)).size === 1
  const isVaried = new Set(figures.map(({ variant }) => variant)).size > 1
  const knee = single ? 'Several thread counts in matrix.threads would draw a line here.' : undefined
  const repeated = isRepeated ? ' Lines join medians; pale marks are single runs.' : ''
  return [
    {
      id: 'threads-throughput',
      title: 'Threads against throughput',
      note: `${knee ?? 'Where more threads stop adding throughput, something is full.'}${repeated}`,
      description: describe(
        figures,
        'requests accepted per second',
        ({ acceptedPerSecond }) => acceptedPerSecond,
      ),
      x,
      y: zeroBasedAxis(
        'requests/s',
        figures.flatMap(({ acceptedPerSecond, completedPerSecond }) => [
          acceptedPerSecond,
          completedPerSecond,
        ]),
      ),
      series: isVaried
        ? byVariant(figures, isRepeated, (figure) => figure.completedPerSecond ?? figure.acceptedPerSecond)
        : [
            ...byThreads('accepted', 0, figures, isRepeated, ({ acceptedPerSecond }) => acceptedPerSecond),
            ...byThreads('completed', 1, figures, isRepeated, ({ completedPerSecond }) => completedPerSecond),
          ],
      table: {
        columns: numbers('threads', 'accepted/s', 'completed/s'),
        rows: figures.map(({ label, acceptedPerSecond, completedPerSecond }) => [
          label,
          formatCount(acceptedPerSecond),
          formatCount(completedPerSecond),
        ]),
      },
    },
    {
      id: 'threads-latency',
      title: isVaried ? 'Threads against latency p99' : 'Threads against latency',
      note: `${knee ?? 'Beyond the knee, more threads only wait longer.'}${repeated}`,
      description: describe(figures, 'ms at the 99th percentile', ({ p99Ms }) => p99Ms),
      x,
      y: latencyAxis(
        'ms',
        figures.flatMap(({ p50Ms, p99Ms }) => [p50Ms, p99Ms]),
      ),
      series: isVaried
        ? byVariant(figures, isRepeated, ({ p99Ms }) => p99Ms)
        : [
            ...byThreads('p50', 0, figures, isRepeated, ({ p50Ms }) => p50Ms),
            ...byThreads('p99', 1, figures, isRepeated, ({ p99Ms }) => p99Ms),
          ],
      table: {
        columns: numbers('threads', 'p50 ms', 'p99 ms', 'max ms'),
        rows: figures.map(({ label, p50Ms, p99Ms, maxMs }) => [
          label,
          ...[p50Ms, p99Ms, maxMs].map((value) => formatMs(value)),
        ]),
      },
    },
  ]
}

/** Logarithmic, because thread counts are usually doubled; at most nine counts are written at the axis. */
export function threadsAxis(threads: readonly number[]): Axis {
  const counts = [...new Set(threads)].sort((a, b) => a - b)
  const least = counts[0] ?? 1
  const most = counts.at(-1) ?? 1
  const every = Math.ceil(counts.length / 9)
  return {
    label: 'threads, log scale',
    scale: 'log',
    domain: least === most ? [least / 2, most * 2] : [least, most],
    inset: 14,
    ticks: counts.filter((_, index) => (counts.length - 1 - index) % every === 0),
    format: formatCount,
  }
}

/** One line for each combination of varied parameters; the table has those for which there is no look left. */
function byVariant(
  figures: readonly ThreadSummary[],
  isRepeated: boolean,
  pick: (figures: RunSummary) => number | null,
): Series[] {
  return [...Map.groupBy(figures, ({ variant }) => variant)]
    .slice(0, seriesStyles.length)
    .flatMap(([variant, ofVariant], index) => byThreads(variant, index, ofVariant, isRepeated, pick))
}

function byThreads(
  name: string,
  styleIndex: number,
  figures: readonly ThreadSummary[],
  isRepeated: boolean,
  pick: (figures: RunSummary) => number | null,
): Series[] {
  const style = seriesStyles[styleIndex] ?? seriesStyles[0]
  const points = figures.map((figure) => ({ x: figure.threads, y: pick(figure) }))
  if (points.every(({ y }) => y === null)) return []
  if (!isRepeated) return [{ name, style, points: points.sort((a, b) => a.x - b.x) }]
  const medians = [...Map.groupBy(points, ({ x }) => x)]
    .map(([x, group]) => ({ x, y: median(group.map(({ y }) => y)) }))
    .sort((a, b) => a.x - b.x)
  const pale = { ...style, colour: `${style.colour.slice(0, -1)}-soft)` }
  return [
    { name: '', style: pale, points, shape: 'dots' },
    { name, style, points: medians },
  ]
}

function median(values: readonly (number | null)[]): number | null {
  const sorted = values.filter((value) => value !== null).sort((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  const upper = sorted[middle] ?? null
  const lower = sorted[middle - 1] ?? null
  return sorted.length % 2 === 1 || upper === null || lower === null ? upper : (lower + upper) / 2
}

function describe(
  figures: readonly ThreadSummary[],
  what: string,
  pick: (figures: RunSummary) => number | null,
): string {
  const parts = figures.map((figure) => `${figure.threads} threads: ${formatMs(pick(figure))}`)
  return `${what}, ${parts.join('; ')}.`
}
