import { latencyAxis, zeroBasedAxis } from '../report/charts/axes.ts'
import { type Series, seriesStyles } from '../report/charts/draw-chart.ts'
import { numbers, renderTable, words } from '../report/data-table.ts'
import { type Figure, renderFigure } from '../report/figure.ts'
import { formatCount } from '../report/format-number.ts'
import { html, type Markup } from '../report/html.ts'
import { reportStyle } from '../report/report-style.ts'
import { renderMark } from '../report/sections/marks.ts'
import { formatTime } from '../report/sections/page-header.ts'
import type { CellComparison, ComparedSide, Comparison, MetricComparison } from './comparison.ts'
import { metricTraits } from './metrics.ts'
import { drawRatios } from './ratio-chart.ts'
import { findingWords, formatChange, formatP, formatValue, writeFinding } from './write-finding.ts'

const badges: Readonly<Record<Comparison['finding'], { tone: string; text: string }>> = {
  better: { tone: 'good', text: '▲ Better' },
  worse: { tone: 'bad', text: '▼ Worse' },
  mixed: { tone: 'bad', text: '◆ Mixed' },
  'no-difference': { tone: 'plain', text: '= No difference shown' },
  undecidable: { tone: 'plain', text: '? Too few runs' },
}

/** A comparison as one HTML document of the same make as the report: no script, nothing from anywhere. */
export function renderComparison(comparison: Comparison): string {
  const { a, b, workload, cells, cautions, finding } = comparison
  const badge = badges[finding]
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${a.label} against ${b.label} · Chairlift</title>
<style>${reportStyle}</style>
</head>
<body>
<main>
<header>
<p class="eyebrow">Chairlift comparison · ${workload}</p>
<h1>${a.label} against ${b.label}</h1>
<p class="headline"><span class="badge ${badge.tone}">${badge.text}</span> ${writeFinding(comparison).replaceAll(' %', '\u00a0%')}</p>
${renderTable(
  'The two sides',
  [...words('side', 'what', 'experiment', 'started', 'commit'), ...numbers('runs')],
  [describeSide('A', a), describeSide('B', b)],
)}
${cautions.length === 0 ? null : html`<h3>Before believing it</h3><ul class="reasons">${cautions.map((caution) => html`<li>${caution}</li>`)}</ul>`}
</header>
<section id="changes"><h2>What changed</h2>
<p>Each line is the ratio of the medians of both sides with its 95 % interval. Right of 0, B is higher: good for throughput, bad for latencies. A filled triangle is better, a square worse, a grey circle neither.</p>
<figure>${drawRatios('ratios', 'Change from A to B', listRatios(cells))}</figure>
${renderFigures(cells)}
</section>
<section id="runs"><h2>Run by run</h2>
<p>Every run in the order in which it was made. A slope that both sides share is the machine’s; sides that lie apart all along differ.</p>
<div class="figures">${cells.flatMap((cell, index) => runFigures(cell, index)).map(renderFigure)}</div>
</section>
<section id="method"><h2>Method</h2>
<p>The run is the unit: requests of one run depend on each other, so that a test of requests calls identical runs different nearly always. A difference is one when a permutation test over runs (means of logarithms, two-sided), corrected for all comparisons of this page by Holm’s method, gives p ≤ ${comparison.level}, and the bootstrap interval of the ratio of medians leaves out 1. Cliff’s delta is an effect size over all requests, from −1 to 1, and no test. Runs with wrong data or an invalid load generator are left out.</p>
</section>
</main>
</body>
</html>
`.text
}

function describeSide(name: string, side: ComparedSide): string[] {
  return [
    name,
    side.label,
    side.experiment,
    formatTime(side.startedAt),
    side.gitCommit ?? '–',
    formatCount(side.runs),
  ]
}

function nameCell({ threads, parameters }: Pick<CellComparison, 'threads' | 'parameters'>): string {
  const varied = Object.entries(parameters).map(([name, value]) => `${name}=${value}`)
  return [`${threads} thread${threads === 1 ? '' : 's'}`, ...varied].join(', ')
}

function listRatios(cells: readonly CellComparison[]) {
  return cells.flatMap((cell) =>
    cell.metrics.map(({ metric, ratio, ratioInterval, finding }) => ({
      label: `${cells.length > 1 ? `${nameCell(cell)} · ` : ''}${metricTraits[metric].title}`,
      ratio,
      interval: ratioInterval,
      finding,
    })),
  )
}

function renderFigures(cells: readonly CellComparison[]): Markup {
  const rows = cells.flatMap((cell) =>
    cell.metrics.map((figure) => [
      nameCell(cell),
      `${metricTraits[figure.metric].title}, ${metricTraits[figure.metric].unit}`,
      describeMedian(figure, 'a'),
      describeMedian(figure, 'b'),
      formatChange(figure.ratio),
      figure.ratioInterval === null
        ? '–'
        : `${formatChange(figure.ratioInterval.low)} to ${formatChange(figure.ratioInterval.high)}`,
      formatP(figure.p),
      formatP(figure.adjustedP),
      renderFinding(figure),
    ]),
  )
  const effects = cells.flatMap(({ cliffsDelta, ...cell }) =>
    cliffsDelta === null ? [] : [[nameCell(cell), cliffsDelta.toFixed(3)]],
  )
  return html`${renderTable(
    'Medians of the runs with 95 % intervals',
    [
      ...words('load', 'figure'),
      ...numbers('A', 'B', 'change', '95 % interval', 'p', 'p corrected'),
      ...words('difference'),
    ],
    rows,
  )}
${
  effects.length === 0
    ? null
    : html`<h3>Effect size</h3>${renderTable('Cliff’s delta of all latencies of B against A; above 0, those of B tend to be higher', [...words('load'), ...numbers('delta')], effects)}`
}`
}

function renderFinding({ finding }: MetricComparison): Markup {
  if (finding === 'better' || finding === 'worse')
    return renderMark(finding === 'better', findingWords[finding])
  return html`<span class="mark">${findingWords[finding]}</span>`
}

function describeMedian(figure: MetricComparison, side: 'a' | 'b'): string {
  const { median, interval } = figure[side]
  const show = (value: number) => formatValue(figure.metric, value)
  return interval === null ? show(median) : `${show(median)} (${show(interval.low)}–${show(interval.high)})`
}

/** Throughput and p99 of every run of both sides. */
function runFigures(cell: CellComparison, index: number): Figure[] {
  return cell.metrics
    .filter(({ metric }) => metric === 'throughput' || metric === 'p99')
    .map((figure) => {
      const { metric, a, b } = figure
      const { title, unit } = metricTraits[metric]
      const values = [...a.runs, ...b.runs]
      const longest = Math.max(a.runs.length, b.runs.length)
      return {
        id: `runs-${index}-${metric}`,
        title: `${title}, ${nameCell(cell)}`,
        note: 'One mark for each run.',
        description: `A between ${formatValue(metric, Math.min(...a.runs))} and ${formatValue(metric, Math.max(...a.runs))}, B between ${formatValue(metric, Math.min(...b.runs))} and ${formatValue(metric, Math.max(...b.runs))}.`,
        x: {
          label: 'run of each side',
          scale: 'linear',
          domain: [1, Math.max(2, longest)],
          inset: 14,
          ticks: Math.min(8, Math.max(1, longest - 1)),
          format: (value) => (Number.isInteger(value) ? formatCount(value) : ''),
        },
        y: metric === 'throughput' ? zeroBasedAxis(`requests${unit}`, values) : latencyAxis(unit, values),
        series: [sideSeries('A', 0, a.runs), sideSeries('B', 1, b.runs)],
        table: {
          columns: numbers('run', `A ${unit}`, `B ${unit}`),
          rows: Array.from({ length: longest }, (_, run) => [
            formatCount(run + 1),
            ...[a.runs[run], b.runs[run]].map((value) =>
              value === undefined ? '–' : formatValue(metric, value),
            ),
          ]),
        },
      }
    })
}

function sideSeries(name: string, style: 0 | 1, runs: readonly number[]): Series {
  return { name, style: seriesStyles[style], points: runs.map((y, index) => ({ x: index + 1, y })) }
}
