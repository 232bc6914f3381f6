import type { Run } from '../../result/run-schema.ts'
import { renderFigure } from '../figure.ts'
import { formatCount, formatPercent, formatPlural, formatSeconds } from '../format-number.ts'
import { html, type Markup } from '../html.ts'
import { labelVariant } from '../run-summary.ts'
import { distributionFigure } from './distribution-figure.ts'
import {
  renderChecks,
  renderClient,
  renderCpu,
  renderObjectives,
  renderOperations,
  renderValidityReasons,
} from './run-tables.ts'
import { timeFigures } from './time-figures.ts'

/** Everything about one run. `number` counts the runs of the result from 1. */
export function renderRun(run: Run, number: number, isRepeated: boolean): Markup {
  const id = `run-${number}`
  const distribution = distributionFigure(run, id)
  const [requests, latency, ...others] = timeFigures(run, id)
  const figures = [requests, latency, distribution, ...others].filter((figure) => figure !== undefined)
  return html`<section id="${id}" class="run">
<h2>${formatPlural(run.threads, 'thread')}${run.parameters === undefined ? null : html` <small>${labelVariant(run)}</small>`}${isRepeated ? html` <small>repetition ${run.repetition}</small>` : null}</h2>
<p>${describeCompletion(run)}</p>
${renderEvents(run)}
<div class="figures">${figures.map(renderFigure)}</div>
${run.queue.maxDepth === null ? html`<p class="hint">Queue depth was not measured.</p>` : null}
${renderOperations(run)}
${renderObjectives(run)}
${renderChecks(run)}
${renderValidityReasons(run)}
<div class="pair">${renderClient(run)}${renderCpu(run)}</div>
</section>`
}

/** Acceptance and completion in words. */
function describeCompletion({ wallSeconds, throughput, completion, queue, steadyState }: Run): string {
  const { accepted, visible, lagSeconds, completedPerSecond } = completion
  const sentences = [
    `In ${formatSeconds(wallSeconds)} s, ${formatCount(throughput.okPerSecond)} requests per second succeeded${throughput.plateauPerSecond === null ? '' : ` (${formatCount(throughput.plateauPerSecond)} while all threads were busy)`}.`,
  ]
  if (steadyState) sentences.push(describeSteadyState(steadyState))
  if (accepted > 0 && visible !== null)
    sentences.push(
      `Of ${formatCount(accepted)} accepted items ${visible === accepted ? 'all' : formatCount(visible)} became visible${lagSeconds === null ? '' : `, the last one ${formatSeconds(lagSeconds)} s after the last was accepted`}${completedPerSecond === null ? '' : `: ${formatCount(completedPerSecond)} completed per second`}.`,
    )
  if (queue.maxDepth !== null)
    sentences.push(
      `The queue held at most ${formatCount(queue.maxDepth)} messages${queue.plateau === null ? '' : queue.plateau ? ' and stayed level' : ' and did not stay level'}${queue.drainSeconds === null ? '' : `; it was empty ${formatSeconds(queue.drainSeconds)} s after the last accepted request`}.`,
    )
  return sentences.join(' ')
}

function describeSteadyState({
  fromSecond,
  requestsPerSecond,
  drift,
  isSteady,
}: NonNullable<Run['steadyState']>): string {
  if (!isSteady)
    return `Throughput never settled: it still ${drift > 0 ? 'rose' : 'fell'} by ${formatPercent(Math.abs(drift))} after second ${fromSecond}, so no single figure stands for this run.`
  return fromSecond === 0
    ? 'Throughput was steady from the start.'
    : `From second ${fromSecond} on throughput was steady, at ${formatCount(requestsPerSecond)} /s.`
}

function renderEvents({ events, wallSeconds }: Run): Markup | null {
  if (events.length === 0) return null
  const inside = events.filter(({ atSeconds }) => atSeconds >= 0 && atSeconds <= wallSeconds)
  const outside = events.filter((event) => !inside.includes(event))
  return html`<div class="events"><h3>What happened</h3>
<ol>${inside.map(({ atSeconds, what }) => html`<li><span class="time">${atSeconds.toFixed(1)} s</span> ${what}</li>`)}</ol>
${
  outside.length === 0
    ? null
    : html`<p>Outside the measured time: ${outside.map(({ atSeconds, what }) => `${what} (${atSeconds.toFixed(1)} s)`).join(', ')}.</p>`
}</div>`
}
