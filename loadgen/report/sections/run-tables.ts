import type { Run } from '../../result/run-schema.ts'
import { numbers, renderTable, words } from '../data-table.ts'
import { formatCount, formatMs, formatPercent, formatSeconds, unknown } from '../format-number.ts'
import { html, type Markup } from '../html.ts'
import { formatObjective } from '../run-summary.ts'
import { renderMark, renderValidity } from './marks.ts'

/** Counts and latencies of each operation. */
export function renderOperations({ operations }: Run): Markup {
  const columns = [
    ...words('operation'),
    ...numbers(
      'requests',
      'failed',
      'retries',
      'ok/s',
      'min',
      'mean',
      'p50',
      'p90',
      'p95',
      'p99',
      'p99.9',
      'max',
    ),
    ...words('attempts by status'),
  ]
  const rows = Object.entries(operations).map(([name, { latencyMs, ...operation }]) => [
    name,
    ...[operation.count, operation.failed, operation.retries, operation.throughput].map(formatCount),
    ...[latencyMs.min, latencyMs.mean, latencyMs.p50, latencyMs.p90, latencyMs.p95].map(formatMs),
    ...[latencyMs.p99, latencyMs.p999, latencyMs.max].map(formatMs),
    Object.entries(operation.byStatus)
      .map(([status, attempts]) => `${status === '0' ? 'no answer' : status}: ${formatCount(attempts)}`)
      .join(', ') + describeNoAnswer(operation.noAnswer),
  ])
  return html`<h3>Operations</h3>${renderTable('Latencies of successful attempts in ms', columns, rows)}`
}

function describeNoAnswer(noAnswer: Record<string, number>): string {
  const reasons = Object.entries(noAnswer).map(([reason, attempts]) => `${reason} ${formatCount(attempts)}`)
  return reasons.length === 0 ? '' : ` (${reasons.join(', ')})`
}

/** The limits of the experiment and what the run did. */
export function renderObjectives({ objectives }: Run): Markup | null {
  if (objectives.length === 0) return null
  const columns = [...words('objective'), ...numbers('limit', 'actual'), ...words('met')]
  const rows = objectives.map(({ name, unit, limit, actual, met }) => [
    name,
    `${name === 'minThroughput' ? '≥' : '≤'} ${formatObjective(unit, limit)}`,
    formatObjective(unit, actual),
    renderMark(met, met ? 'met' : 'missed'),
  ])
  return html`<h3>Objectives</h3>${renderTable('Limits set by the experiment', columns, rows)}`
}

/** What had to be true of the data afterwards. */
export function renderChecks({ verification }: Run): Markup {
  if (verification.checks.length === 0)
    return html`<h3>Verification</h3><p>${renderMark(false, 'The data was not checked.')}</p>`
  const columns = [
    ...words('check', 'what must be true'),
    ...numbers('expected', 'found'),
    ...words('result'),
  ]
  const rows = verification.checks.map(({ id, name, expected, actual, passed, detail }) => [
    id,
    detail === '' ? name : html`${name}<br><small>${detail}</small>`,
    formatValue(expected),
    formatValue(actual),
    renderMark(passed, passed ? 'holds' : 'fails'),
  ])
  return html`<h3>Verification</h3>${renderTable('What must be true of the data afterwards', columns, rows)}`
}

/** Whether the load generator may be trusted, with every reason for doubt. */
export function renderValidityReasons({ validity }: Run): Markup {
  const reasons =
    validity.reasons.length === 0
      ? html`<p>${renderValidity(validity.verdict)}: nothing suggests that the load generator distorted these figures.</p>`
      : html`<p>${renderValidity(validity.verdict)}</p><ul class="reasons">${validity.reasons.map((reason) => html`<li>${reason}</li>`)}</ul>`
  return html`<h3>Validity of the load generator</h3>${reasons}`
}

/** Processor time by part of the system. */
export function renderCpu({ cpu }: Run): Markup | null {
  if (cpu === undefined) return null
  const rows = Object.entries(cpu.secondsPer1000Completed).map(([part, seconds]) => [
    part,
    seconds.toFixed(3),
  ])
  return html`<div><h3>Processor time</h3>${renderTable(
    'CPU-seconds per 1,000 completed requests',
    [...words('part'), ...numbers('CPU-s')],
    rows,
  )}</div>`
}

/** The load generator's own figures. */
export function renderClient({ client, littlesLaw }: Run): Markup {
  const facts: [string, string][] = [
    ['busiest event loop', formatPercent(client.eventLoopUtilisationMax)],
    ["Little's-law gap |N − X·R| / N", formatPercent(littlesLaw?.gap ?? null)],
    ['CPU time', `${formatSeconds(client.cpuSeconds)} s`],
    [
      'garbage collection',
      `${formatMs(client.gc.totalMs)} ms, longest pause ${formatMs(client.gc.longestPauseMs)} ms`,
    ],
    ['reconnects', formatCount(client.reconnects)],
    ['connecting, p99', client.connectMs === null ? unknown : `${formatMs(client.connectMs.p99)} ms`],
    [
      'behind schedule, p99',
      client.scheduleLagP99Ms === null ? 'closed model' : `${formatMs(client.scheduleLagP99Ms)} ms`,
    ],
    ['dropped', formatCount(client.dropped)],
    ['CPU quota', client.throttledMs === null ? 'unknown' : `throttled ${formatMs(client.throttledMs)} ms`],
  ]
  return html`<div><h3>Load generator</h3>${renderTable('Its own figures in this run', [...words('what'), ...numbers('value')], facts)}</div>`
}

function formatValue(value: string | number | boolean | null): string {
  if (value === null) return unknown
  return typeof value === 'number' ? formatCount(value) : String(value)
}
