import type { Result } from '../../result/result-schema.ts'
import { renderTable, words } from '../data-table.ts'
import { formatGibibytes } from '../format-number.ts'
import { html, type Markup } from '../html.ts'
import { formatTime } from './page-header.ts'

/** Where and with what the experiment ran: what one needs to repeat it. */
export function renderEnvironment({ environment, experiment, ...result }: Result): Markup {
  const facts: [string, string][] = [
    ['started', formatTime(result.startedAt)],
    ['finished', formatTime(result.finishedAt)],
    ['workload', experiment.workload],
    ...Object.entries(experiment.parameters).map(([name, value]): [string, string] => [
      `parameter ${name}`,
      String(value),
    ]),
    ['seed', String(experiment.seed)],
    [
      'Chairlift',
      `${result.chairliftVersion}${environment.gitCommit === null ? '' : `, commit ${environment.gitCommit}`}`,
    ],
    ['Node.js', environment.node],
    ['processors', `${environment.cpus} × ${environment.cpuModel}`],
    ['memory', formatGibibytes(environment.memoryBytes)],
    ['kernel', environment.kernel],
    ['machine (hash of its name)', environment.hostHash],
    ...Object.entries(environment.backing),
  ]
  return html`<section id="environment"><h2>Environment</h2>
${renderTable('What is needed to repeat this', words('what', 'value'), facts)}</section>`
}

const glossary: readonly (readonly [string, string])[] = [
  ['Thread', 'one simulated user who sends the next request when the answer to the last has come'],
  ['Accepted', 'the service answered with success and has promised not to lose the item'],
  ['Completed', 'the item is stored and a reader can see it; only this counts as work done'],
  ['Completion lag', 'from the last accepted item until everything accepted can be seen'],
  ['p50, p99', 'half, or 99 of 100, of the answers came at least this fast (nearest-rank percentile)'],
  ['Queue depth', 'messages accepted and not yet handled'],
  ['Check', 'something that must be true of the data afterwards, tested against the real service'],
  ['Generator', 'the program that made this load: when it is too busy itself, its figures are not used'],
]

/** The words of the report for a reader who meets them first here. */
export function renderGlossary(): Markup {
  return html`<section id="words"><h2>Words</h2><dl class="glossary">${glossary.map(
    ([term, meaning]) => html`<div><dt>${term}</dt><dd>${meaning}</dd></div>`,
  )}</dl></section>`
}
