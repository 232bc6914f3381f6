import Table from 'cli-table3'
import type { Operation } from '../result/operation-schema.ts'
import type { Result } from '../result/result-schema.ts'
import type { Run } from '../result/run-schema.ts'
import { formatCount, formatMs, formatPlural, formatSeconds } from './format-number.ts'
import { writeHeadline } from './headline.ts'
import { labelRun, listFaults, summariseRun } from './run-summary.ts'

/** From this width on columns get air; below they fit 80 columns. */
const wideColumns = 110

const noBorder = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  right: '',
  'right-mid': '',
}

/**
 * All runs as a table for a terminal, then every failed check, doubt and missed objective in a line, then the
 * verdict. Readable from 80 columns on; plain text without colours, each line without trailing blanks.
 *
 * @param columns width of the terminal
 */
export function renderTerminalTable(result: Result, columns: number): string {
  const isRepeated = result.runs.some(({ repetition }) => repetition > 1)
  const sections = [renderRuns(result.runs, isRepeated, columns)]
  if (result.runs.some(({ operations }) => Object.keys(operations).length > 1))
    sections.push(renderOperations(result.runs, isRepeated, columns))
  const faults = result.runs.flatMap((run) =>
    listFaults(run).map(
      ({ kind, text }) =>
        `${kind === 'validity' ? '!' : '✗'} ${formatPlural(run.threads, 'thread')}${isRepeated ? ` (run ${run.repetition})` : ''}: ${text}`,
    ),
  )
  if (faults.length > 0) sections.push(faults.join('\n'))
  sections.push(`${result.verdict === 'ok' ? '✓' : '✗'} ${writeHeadline(result)}`)
  return `${sections.map(hideControlCharacters).join('\n\n')}\n`
}

function renderRuns(runs: readonly Run[], isRepeated: boolean, columns: number): string {
  const head = [
    'threads',
    'accepted\n/s',
    'completed\n/s',
    'p50\nms',
    'p99\nms',
    'max\nms',
    'failed',
    'depth\nmax',
    'lag\ns',
    'checks',
    'valid',
  ]
  const rows = runs.map((run) => {
    const figures = summariseRun(run, isRepeated)
    return [
      figures.label,
      formatCount(figures.acceptedPerSecond),
      formatCount(figures.completedPerSecond),
      formatMs(figures.p50Ms),
      formatMs(figures.p99Ms),
      formatMs(figures.maxMs),
      formatCount(figures.failed),
      formatCount(figures.maxDepth),
      formatSeconds(figures.lagSeconds),
      `${figures.checks} ${run.verification.passed ? '✓' : '✗'}`,
      figures.validity === 'valid' ? 'yes' : figures.validity,
    ]
  })
  return renderColumns(head, rows, columns)
}

function renderOperations(runs: readonly Run[], isRepeated: boolean, columns: number): string {
  const head = [
    'threads',
    'operation',
    'ok\n/s',
    'p50\nms',
    'p99\nms',
    'max\nms',
    'requests',
    'failed',
    'retries',
  ]
  const rows = runs.flatMap((run) =>
    Object.entries(run.operations).map(([name, operation]) => [
      labelRun(run, isRepeated),
      hideControlCharacters(name),
      ...describeOperation(operation),
    ]),
  )
  return renderColumns(head, rows, columns, 1)
}

function describeOperation({ throughput, latencyMs, count, failed, retries }: Operation): string[] {
  return [
    formatCount(throughput),
    formatMs(latencyMs.p50),
    formatMs(latencyMs.p99),
    formatMs(latencyMs.max),
    formatCount(count),
    formatCount(failed),
    formatCount(retries),
  ]
}

/** Rows under a head, right-aligned but for one column; no borders, no trailing blanks. */
export function renderColumns(head: string[], rows: string[][], columns: number, leftAligned = -1): string {
  const gap = columns >= wideColumns ? 3 : 1
  const table = new Table({
    head,
    chars: { ...noBorder, middle: ' '.repeat(gap), mid: '─', 'mid-mid': '─'.repeat(gap) },
    colAligns: head.map((_, index) => (index === leftAligned ? 'left' : 'right')),
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0, compact: true },
  })
  table.push(...rows)
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')
}

/** Names come from files and services: an escape sequence in one must not reach the terminal. */
function hideControlCharacters(text: string): string {
  return text.replace(/[[\p{Cc}\p{Cf}]--[\n]]/gv, '\u{fffd}')
}
