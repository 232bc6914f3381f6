import type { Run } from '../../result/run-schema.ts'
import { latencyAxis } from '../charts/axes.ts'
import { seriesStyles } from '../charts/draw-chart.ts'
import { listPercentiles, namedPercentiles, tracePercentiles } from '../charts/latency-distribution.ts'
import { numbers } from '../data-table.ts'
import type { Figure } from '../figure.ts'
import { formatMs } from '../format-number.ts'

/** Latency by percentile, one curve for each operation; undefined when no attempt succeeded. */
export function distributionFigure(run: Run, id: string): Figure | undefined {
  const operations = Object.entries(run.operations).filter(([, { histogram }]) => histogram.count > 0)
  if (operations.length === 0) return undefined
  const listed = operations.map(([, operation]) => listPercentiles(operation))
  const series = operations.slice(0, seriesStyles.length).map(([name, operation], index) => ({
    name,
    style: seriesStyles[index] ?? seriesStyles[0],
    points: tracePercentiles(operation).map(({ nines, latencyMs }) => ({ x: nines, y: latencyMs })),
  }))
  const most = Math.max(...operations.map(([, { histogram }]) => histogram.count), 10)
  const ticks = [2, 10, 100, 1e3, 1e4, 1e5, 1e6, 1e7].filter((nines) => nines <= most)
  return {
    id: `${id}-distribution`,
    title: 'Latency distribution',
    note: 'Read: this share of the answers came within that time. Each step to the right is ten times rarer.',
    description: operations
      .map(
        ([name, { latencyMs }]) =>
          `${name}: p50 ${formatMs(latencyMs.p50)}, p99 ${formatMs(latencyMs.p99)} ms.`,
      )
      .join(' '),
    x: {
      label: 'share of answers, log scale of the rest',
      scale: 'log',
      domain: [1, most],
      ticks,
      format: formatShare,
    },
    y: latencyAxis(
      'ms',
      series.flatMap(({ points }) => points.map(({ y }) => y)),
    ),
    series,
    table: {
      columns: numbers('share of answers', ...operations.map(([name]) => `${name} ms`)),
      rows: namedPercentiles.map((percent, row) => [
        percent === 100 ? 'all' : `${percent} %`,
        ...listed.map((values) => formatMs(values[row] ?? null)),
      ]),
    },
  }
}

/** 1 / (1 − share) as a share: 10 is 90 %, 1000 is 99.9 %. */
function formatShare(nines: number): string {
  const digits = Math.max(0, Math.round(Math.log10(nines)) - 2)
  return `${(100 * (1 - 1 / nines)).toFixed(digits)} %`
}
