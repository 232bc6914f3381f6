import type { Result } from '../../result/result-schema.ts'
import type { Run } from '../../result/run-schema.ts'
import type { Interval } from '../../statistics/bootstrap.ts'
import { analyseScalability, type ScalabilityAnalysis } from '../../statistics/scalability-analysis.ts'
import { zeroBasedAxis } from '../charts/axes.ts'
import { seriesStyles } from '../charts/draw-chart.ts'
import { numbers, renderTable, words } from '../data-table.ts'
import type { Figure } from '../figure.ts'
import { formatCount, formatPercent } from '../format-number.ts'
import { html, type Markup } from '../html.ts'
import { labelVariant } from '../run-summary.ts'
import { threadsAxis } from './overview-figures.ts'

/** Points of the drawn curve. */
const curvePoints = 60

/**
 * The Universal Scalability Law fitted to a sweep: a figure, and its parameters in words and numbers. A sweep that
 * cannot carry a fit gets a sentence that says why, one that is no sweep nothing.
 */
export function describeScalability({ runs }: Result): { figures: Figure[]; text: Markup | null } {
  const isSweep = new Set(runs.map(({ threads }) => threads)).size >= 3
  const isVaried = new Set(runs.map(labelVariant)).size > 1
  const isTrusted = runs.every(
    ({ validity, verification }) => validity.verdict !== 'invalid' && verification.passed,
  )
  if (!isSweep || isVaried || !isTrusted) return { figures: [], text: null }
  const points = runs.map((run) => ({ threads: run.threads, throughput: throughputOf(run) }))
  const threads = points.map((point) => point.threads)
  const analysis = analyseScalability(points, spread(Math.min(...threads), Math.max(...threads)))
  if (typeof analysis === 'string')
    return {
      figures: [],
      text: html`<p class="hint">${analysis} Six counts from 1 on, doubled each time, do.</p>`,
    }
  return { figures: [scalabilityFigure(points, analysis)], text: renderParameters(analysis) }
}

/** While all threads were active: the start and the end of a run have fewer, and would bend the curve. */
function throughputOf({ throughput }: Run): number {
  return throughput.plateauPerSecond ?? throughput.okPerSecond
}

function scalabilityFigure(
  points: readonly { threads: number; throughput: number }[],
  { curve }: ScalabilityAnalysis,
): Figure {
  const [measured, fitted] = [seriesStyles[1], seriesStyles[0]]
  return {
    id: 'scalability',
    title: 'Scalability',
    note: 'Runs while all threads were active, and the Universal Scalability Law fitted to them with its 95 % band.',
    description: `The fitted law from ${curve[0]?.threads} to ${curve.at(-1)?.threads} threads, between ${formatCount(Math.min(...curve.map(({ throughput }) => throughput)))} and ${formatCount(Math.max(...curve.map(({ throughput }) => throughput)))} requests per second.`,
    x: threadsAxis(points.map(({ threads }) => threads)),
    y: zeroBasedAxis('requests/s', [
      ...points.map(({ throughput }) => throughput),
      ...curve.map(({ interval }) => interval.high),
    ]),
    series: [
      {
        name: 'law, 95 % band',
        style: fitted,
        shape: 'curve',
        points: curve.map(({ threads, throughput, interval }) => ({
          x: threads,
          y: throughput,
          band: interval,
        })),
      },
      {
        name: 'measured',
        style: measured,
        shape: 'dots',
        points: points.map(({ threads, throughput }) => ({ x: threads, y: throughput })),
      },
    ],
    table: {
      columns: numbers('threads', 'law /s', '95 % from', 'to'),
      rows: curve.map(({ threads, throughput, interval }) =>
        [threads, throughput, interval.low, interval.high].map((value) => formatCount(Math.round(value))),
      ),
    },
  }
}

function renderParameters({
  law,
  lambda,
  sigma,
  kappa,
  peak,
  ceiling,
  residual,
}: ScalabilityAnalysis): Markup {
  const range = ({ low, high }: Interval, format: (value: number) => string) =>
    `${format(low)} to ${format(high)}`
  const small = (value: number) => value.toPrecision(2)
  const isKappaShown = kappa.low > 0
  const rows: string[][] = [
    ['λ', 'throughput of one thread alone, /s', formatCount(law.lambda), range(lambda, formatCount)],
    [
      'σ',
      'contention: share of the work that only one can do at a time',
      formatPercent(law.sigma),
      range(sigma, formatPercent),
    ],
    isKappaShown
      ? ['κ', 'crosstalk: what each thread costs every other', small(law.kappa), range(kappa, small)]
      : ['κ', 'crosstalk: cannot be told from 0 in this sweep', '–', `0 to ${small(kappa.high)}`],
  ]
  return html`<h3>Scalability law</h3>
<p>${describeEnd(peak, ceiling)} The runs lie ${formatPercent(residual)} beside the curve (standard deviation).</p>
${renderTable(
  'X(N) = λN / (1 + σ(N − 1) + κN(N − 1)), with 95 % bootstrap intervals',
  [...words('parameter', 'meaning'), ...numbers('value', '95 % interval')],
  rows,
)}`
}

function describeEnd(peak: ScalabilityAnalysis['peak'], ceiling: number | null): string {
  if (peak !== null) {
    const { low, high } = peak.threadsInterval
    return `By the fitted law throughput is highest with ${formatCount(Math.round(peak.threads))} threads (95 %: ${formatCount(Math.round(low))} to ${formatCount(Math.round(high))}), at ${formatCount(peak.throughput)} /s; more threads make it slower.`
  }
  return ceiling === null
    ? 'In this sweep nothing limits throughput measurably yet: go on to more threads.'
    : `By the fitted law more threads bring throughput near ${formatCount(ceiling)} /s and not beyond; a number of threads that is too many cannot be seen in this sweep.`
}

/** Thread counts evenly spread on a logarithmic axis. */
function spread(least: number, most: number): number[] {
  return Array.from(
    { length: curvePoints },
    (_, index) => least * (most / least) ** (index / (curvePoints - 1)),
  )
}
