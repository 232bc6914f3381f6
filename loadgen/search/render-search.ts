import { latencyAxis, zeroBasedAxis } from '../report/charts/axes.ts'
import { seriesStyles } from '../report/charts/draw-chart.ts'
import { numbers, renderTable, words } from '../report/data-table.ts'
import { type Figure, renderFigure } from '../report/figure.ts'
import { formatCount, formatMs, formatPlural } from '../report/format-number.ts'
import { html, type Markup } from '../report/html.ts'
import { reportStyle } from '../report/report-style.ts'
import { renderMark } from '../report/sections/marks.ts'
import { formatTime } from '../report/sections/page-header.ts'
import { renderColumns } from '../report/terminal-table.ts'
import type { ReportedProbe, SearchEnd, SearchOutcome } from './search-outcome.ts'

const badges: Readonly<Record<SearchEnd, { tone: 'good' | 'bad'; text: string }>> = {
  confirmed: { tone: 'good', text: '✓ Confirmed' },
  unconfirmed: { tone: 'bad', text: '✗ Not confirmed' },
  none: { tone: 'bad', text: '✗ None held' },
  'generator-limit': { tone: 'bad', text: '✗ Generator invalid' },
  'wrong-data': { tone: 'bad', text: '✗ Verification failed' },
  'target-unreachable': { tone: 'bad', text: '✗ Target unreachable' },
  'internal-error': { tone: 'bad', text: '✗ Internal error' },
}

/** The search in a sentence or two; no mark-up, not escaped. */
export function writeSearchHeadline({
  end,
  ratePerSecond,
  probes,
  failure,
  probeSeconds,
}: SearchOutcome): string {
  const count = formatPlural(probes.length, 'probe')
  switch (end) {
    case 'confirmed':
      return `The service holds ${formatCount(ratePerSecond)} requests per second within the objectives: found in ${count} of ${probeSeconds} s, and held again in 3 of 3 confirmations.`
    case 'unconfirmed':
      return `The service held ${formatCount(ratePerSecond)} requests per second within the objectives, but ${count} did not suffice to confirm it three times.`
    case 'none':
      return `No rate that was tried was held within the objectives${failure === null ? '' : `: ${failure}`}.`
    case 'generator-limit':
      return `The load generator was the limit before the service was${ratePerSecond === null ? '' : `, which held ${formatCount(ratePerSecond)} requests per second`}: ${failure}.`
    case 'wrong-data':
      return `A check of the data failed, so no rate counts: ${failure}.`
    case 'target-unreachable':
      return `The service could not be reached: ${failure}.`
    case 'internal-error':
      return `The search stopped because of an error: ${failure}.`
  }
}

/** Probes as a table for a terminal, then the sentence. */
export function renderSearchTable(outcome: SearchOutcome, columns: number): string {
  const rows = outcome.probes.map((probe, index) => [
    `${index + 1}`,
    probe.kind,
    ...rowOf(probe),
    probe.held ? (probe.kind === 'closed' ? '' : '✓ held') : `✗ ${probe.reasons[0] ?? 'not held'}`,
  ])
  const head = ['probe', 'kind', 'offered\n/s', 'done\n/s', 'p50\nms', 'p99\nms', 'failed', '']
  const mark = outcome.end === 'confirmed' ? '✓' : '✗'
  return `${renderColumns(head, rows, columns, 7)}\n\n${mark} ${writeSearchHeadline(outcome)}\n`
}

/** The search as one HTML document of the same make as the report. */
export function renderSearch(outcome: SearchOutcome): string {
  const badge = badges[outcome.end]
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${outcome.experiment}, highest rate · Chairlift</title>
<style>${reportStyle}</style>
</head>
<body>
<main>
<header>
<p class="eyebrow">Chairlift search · ${outcome.workload} · ${formatPlural(outcome.probes.length, 'probe')} · ${formatTime(outcome.startedAt)}</p>
<h1>${outcome.experiment}</h1>
<p class="headline"><span class="badge ${badge.tone}">${badge.text}</span> ${writeSearchHeadline(outcome)}</p>
</header>
<section id="probes"><h2>Probes</h2>
<p>${describeObjectives(outcome)} Latencies count from the moment a request was due, over ${formatPlural(outcome.connections, 'connection')}.</p>
<div class="figures">${probeFigures(outcome).map(renderFigure)}</div>
${renderTable(
  'In the order in which they were made',
  [
    ...numbers('probe'),
    ...words('kind'),
    ...numbers('offered /s', 'done /s', 'p50 ms', 'p99 ms', 'failed'),
    ...words('result'),
  ],
  outcome.probes.map((probe, index) => [`${index + 1}`, probe.kind, ...rowOf(probe), renderHeld(probe)]),
)}
</section>
</main>
</body>
</html>
`.text
}

function rowOf({ ratePerSecond, okPerSecond, p50Ms, p99Ms, failed }: ReportedProbe): string[] {
  return [
    formatCount(ratePerSecond),
    formatCount(okPerSecond),
    formatMs(p50Ms),
    formatMs(p99Ms),
    formatCount(failed),
  ]
}

function renderHeld({ kind, held, reasons }: ReportedProbe): Markup | string {
  if (kind === 'closed') return 'where to begin'
  return renderMark(held, held ? 'held' : reasons.join('; '))
}

function describeObjectives({ objectives }: SearchOutcome): string {
  const limits = Object.entries(objectives.latencyMs).map(
    ([name, limit]) => `${name} ≤ ${formatMs(limit)} ms`,
  )
  if (objectives.errorRate !== undefined) limits.push(`failed ≤ ${objectives.errorRate * 100} %`)
  return `A rate is held when ${limits.join(', ')}, 99 % of what was offered was done, and requests in flight did not grow.`
}

function probeFigures({ probes, objectives }: SearchOutcome): Figure[] {
  const open = probes.flatMap((probe, index) =>
    probe.ratePerSecond === null ? [] : [{ ...probe, number: index + 1, rate: probe.ratePerSecond }],
  )
  if (open.length === 0) return []
  const limit = objectives.latencyMs.p99
  const rates = open.map(({ rate }) => rate)
  const rateAxis = zeroBasedAxis('offered, requests/s', rates)
  const latencies = open.map(({ p99Ms }) => p99Ms)
  const table = {
    columns: numbers('probe', 'offered /s', 'p99 ms'),
    rows: open.map(({ number, rate, p99Ms }) => [`${number}`, formatCount(rate), formatMs(p99Ms)]),
  }
  const split = (
    x: (probe: (typeof open)[number]) => number,
    y: (probe: (typeof open)[number]) => number | null,
  ) =>
    [true, false].map((held) => ({
      name: held ? 'held' : 'not held',
      style: seriesStyles[held ? 2 : 1],
      shape: 'dots' as const,
      points: open.filter((probe) => probe.held === held).map((probe) => ({ x: x(probe), y: y(probe) })),
    }))
  return [
    {
      id: 'rate-latency',
      title: 'Rate against latency p99',
      note: limit === undefined ? 'One mark for each probe.' : `The limit was ${formatMs(limit)} ms.`,
      description: `${open.length} probes between ${formatCount(Math.min(...rates))} and ${formatCount(Math.max(...rates))} requests per second.`,
      x: rateAxis,
      y: latencyAxis('ms', [...latencies, limit ?? null]),
      series: [
        ...split(
          ({ rate }) => rate,
          ({ p99Ms }) => p99Ms,
        ),
        ...(limit === undefined
          ? []
          : [
              {
                name: 'limit',
                style: seriesStyles[0],
                shape: 'curve' as const,
                points: [
                  { x: 0, y: limit },
                  { x: Math.max(...rates), y: limit },
                ],
              },
            ]),
      ],
      table,
    },
    {
      id: 'search-course',
      title: 'Course of the search',
      note: 'The rate of each probe, in order.',
      description: `From ${formatCount(open[0]?.rate ?? null)} to ${formatCount(open.at(-1)?.rate ?? null)} requests per second.`,
      x: {
        label: 'probe',
        scale: 'linear',
        domain: [1, Math.max(2, probes.length)],
        inset: 14,
        ticks: Math.min(12, Math.max(1, probes.length - 1)),
        format: (value) => (Number.isInteger(value) ? `${value}` : ''),
      },
      y: zeroBasedAxis('requests/s', rates),
      series: split(
        ({ number }) => number,
        ({ rate }) => rate,
      ),
      table,
    },
  ]
}
