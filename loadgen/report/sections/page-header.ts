import type { Result, Verdict } from '../../result/result-schema.ts'
import { formatCount, formatMs, formatPlural, formatSeconds } from '../format-number.ts'
import { findBestRun, writeHeadline } from '../headline.ts'
import { html, type Markup } from '../html.ts'
import { summariseRun } from '../run-summary.ts'

/** A mark and two words for each verdict, so that it does not rest on colour. */
const badges: Readonly<Record<Verdict, { tone: 'good' | 'bad'; text: string }>> = {
  ok: { tone: 'good', text: '✓ Passed' },
  'objective-missed': { tone: 'bad', text: '✗ Objective missed' },
  'generator-invalid': { tone: 'bad', text: '✗ Generator invalid' },
  'target-unreachable': { tone: 'bad', text: '✗ Target unreachable' },
  'verification-failed': { tone: 'bad', text: '✗ Verification failed' },
  'internal-error': { tone: 'bad', text: '✗ Internal error' },
}

/** Title, verdict in one sentence, and the four figures of the best run. */
export function renderPageHeader(result: Result): Markup {
  const { experiment, verdict, exitCode, runs } = result
  const badge = badges[verdict]
  return html`<header>
<p class="eyebrow">Chairlift experiment · ${experiment.workload} · ${formatPlural(runs.length, 'run')} · ${formatTime(result.startedAt)}</p>
<h1>${experiment.name}</h1>
<p class="headline"><span class="badge ${badge.tone}" title="exit code ${exitCode}">${badge.text}</span> ${writeHeadline(result)}</p>
${renderTiles(result)}
</header>`
}

function renderTiles({ runs }: Result): Markup | null {
  const best = findBestRun(runs)
  if (best === undefined) return null
  const { completedPerSecond, acceptedPerSecond, p50Ms, p99Ms, lagSeconds, maxDepth } = summariseRun(
    best,
    false,
  )
  const load = `with ${formatPlural(best.threads, 'thread')}`
  const deepest = runs.reduce<number | null>((most, { queue }) => maximum(most, queue.maxDepth), null)
  const longestLag = runs.reduce<number | null>(
    (most, { completion }) => maximum(most, completion.lagSeconds),
    null,
  )
  return html`<dl class="tiles">
<div><dt>Best throughput</dt><dd>${formatCount(completedPerSecond ?? acceptedPerSecond)}<small> /s</small></dd><dd class="hint">${completedPerSecond === null ? 'answered' : 'completed'} ${load}</dd></div>
<div><dt>Latency p99 there</dt><dd>${formatMs(p99Ms)}<small> ms</small></dd><dd class="hint">half within ${formatMs(p50Ms)} ms</dd></div>
<div><dt>Completion lag</dt><dd>${formatSeconds(longestLag)}<small> s</small></dd><dd class="hint">${runs.length > 1 ? `longest; ${formatSeconds(lagSeconds)} s ${load}` : 'until all accepted was visible'}</dd></div>
<div><dt>Deepest queue</dt><dd>${formatCount(deepest)}</dd><dd class="hint">${runs.length > 1 ? `messages; ${formatCount(maxDepth)} ${load}` : 'messages'}</dd></div>
</dl>`
}

function maximum(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.max(a, b)
}

/** An ISO instant as `2026-11-21 11:00 UTC`; what is no instant stays as it is. */
export function formatTime(iso: string): string {
  const instant = new Date(iso)
  return Number.isNaN(instant.getTime()) ? iso : `${instant.toISOString().slice(0, 16).replace('T', ' ')} UTC`
}
