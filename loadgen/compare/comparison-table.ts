import { renderColumns } from '../report/terminal-table.ts'
import type { Comparison } from './comparison.ts'
import type { FalseAlarms } from './false-alarms.ts'
import { metricTraits } from './metrics.ts'
import { findingWords, formatChange, formatP, formatValue, writeFinding } from './write-finding.ts'

/**
 * A comparison for a terminal: a table, the cautions, the finding in a sentence.
 * @param columns width of the terminal
 */
export function renderComparisonTable(comparison: Comparison, columns: number): string {
  const head = ['threads', 'figure', 'A', 'B', 'change', '95 % interval', 'p, corrected', 'finding']
  const rows = comparison.cells.flatMap(({ threads, parameters, metrics }) =>
    metrics.map((figure) => [
      [threads, ...Object.entries(parameters).map(([name, value]) => `${name}=${value}`)].join(' '),
      `${figure.metric} ${metricTraits[figure.metric].unit}`,
      formatValue(figure.metric, figure.a.median),
      formatValue(figure.metric, figure.b.median),
      formatChange(figure.ratio),
      figure.ratioInterval === null
        ? '–'
        : `${formatChange(figure.ratioInterval.low)} … ${formatChange(figure.ratioInterval.high)}`,
      formatP(figure.adjustedP),
      findingWords[figure.finding],
    ]),
  )
  const { a, b, cautions, finding } = comparison
  const sections = [
    `A  ${a.label}: ${a.runs} runs of ${a.experiment}\nB  ${b.label}: ${b.runs} runs of ${b.experiment}`,
    renderColumns(head, rows, columns, 1),
    ...(cautions.length > 0 ? [cautions.map((caution) => `! ${caution}`).join('\n')] : []),
    `${finding === 'worse' || finding === 'mixed' ? '✗' : '✓'} ${writeFinding(comparison)}`,
  ]
  return `${sections.join('\n\n')}\n`
}

/** The A/A test for a terminal. */
export function renderFalseAlarms({ pairs, runsPerSide, interleaved, consecutive }: FalseAlarms): string {
  const line = (name: string, { alarms, rate, interval }: FalseAlarms['interleaved']) =>
    `  ${name.padEnd(26)} ${alarms} of ${pairs} pairs differ: ${(100 * rate).toFixed(1)} % (95 %: ${(100 * interval.low).toFixed(1)} to ${(100 * interval.high).toFixed(1)} %)`
  return `A/A test: ${pairs} pairs of ${runsPerSide} and ${runsPerSide} runs of the same thing
${line('runs taken in turn', interleaved)}
${line('runs one after the other', consecutive)}
${interleaved.rate <= 0.05 ? '✓ At most 5 % false alarms.' : '✗ More than 5 % false alarms: comparisons on this machine find what is not there.'}
`
}
