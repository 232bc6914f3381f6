import type { Result } from '../../result/result-schema.ts'
import { numbers, renderTable, words } from '../data-table.ts'
import { renderFigure } from '../figure.ts'
import { formatCount, formatMs, formatSeconds } from '../format-number.ts'
import { html, type Markup } from '../html.ts'
import { summariseRun } from '../run-summary.ts'
import { renderMark, renderValidity } from './marks.ts'
import { renderMedians } from './medians-section.ts'
import { overviewFigures } from './overview-figures.ts'
import { describeScalability } from './scalability-section.ts'

/** All runs in one table, and what the number of threads does. */
export function renderSummary(result: Result, linkedRuns: number): Markup {
  const isRepeated = result.runs.some(({ repetition }) => repetition > 1)
  const rows = result.runs.map((run, index) => {
    const summary = summariseRun(run, isRepeated)
    const met = run.objectives.filter((objective) => objective.met).length
    return [
      index < linkedRuns ? html`<a href="#run-${index + 1}">${summary.label}</a>` : summary.label,
      formatCount(summary.acceptedPerSecond),
      formatCount(summary.completedPerSecond),
      formatMs(summary.p50Ms),
      formatMs(summary.p99Ms),
      formatMs(summary.maxMs),
      formatCount(summary.failed),
      formatCount(summary.maxDepth),
      formatSeconds(summary.lagSeconds),
      renderMark(run.verification.passed, summary.checks),
      run.objectives.length === 0
        ? '–'
        : renderMark(met === run.objectives.length, `${met}/${run.objectives.length}`),
      renderValidity(run.validity.verdict),
    ]
  })
  const scalability = describeScalability(result)
  const columns = [
    ...numbers(
      'threads',
      'accepted/s',
      'completed/s',
      'p50 ms',
      'p99 ms',
      'max ms',
      'failed',
      'queue max',
      'lag s',
    ),
    ...words('checks', 'objectives', 'generator'),
  ]
  return html`<section id="summary"><h2>All runs</h2>
${renderTable('One row for each run. Latencies are those of successful attempts of the slowest operation.', columns, rows)}
<div class="figures">${[...overviewFigures(result), ...scalability.figures].map(renderFigure)}</div>
${scalability.text}
${renderMedians(result)}
</section>`
}
