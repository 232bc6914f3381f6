import type { Result } from '../result/result-schema.ts'
import { html } from './html.ts'
import { reportStyle } from './report-style.ts'
import { labelRun } from './run-summary.ts'
import { renderEnvironment, renderGlossary } from './sections/appendix.ts'
import { renderPageHeader } from './sections/page-header.ts'
import { renderRun } from './sections/run-section.ts'
import { renderSummary } from './sections/summary-section.ts'

/** Runs beyond these have a row in the tables and nothing more: a page of hundreds of charts opens in no browser. */
const mostDetailedRuns = 20

/**
 * The report of a result as one HTML document: no script, no font, no request to anywhere (its own content
 * security policy forbids them), for screens of any size, light and dark, and for paper. Every text from the
 * result is escaped.
 */
export function renderReport(result: Result): string {
  const isRepeated = result.runs.some(({ repetition }) => repetition > 1)
  const detailed = result.runs.slice(0, mostDetailedRuns)
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${result.experiment.name} · Chairlift</title>
<style>${reportStyle}</style>
</head>
<body>
<main>
${renderPageHeader(result)}
${
  result.runs.length > 1
    ? html`<nav aria-label="Runs"><a href="#summary">All runs</a>${detailed.map((run, index) => html` <a href="#run-${index + 1}">${labelRun(run, isRepeated)}</a>`)} <a href="#environment">Environment</a> <a href="#words">Words</a></nav>`
    : null
}
${result.runs.length === 0 ? null : renderSummary(result, detailed.length)}
${detailed.map((run, index) => renderRun(run, index + 1, isRepeated))}
${
  detailed.length < result.runs.length
    ? html`<p class="hint">Only the first ${detailed.length} of ${result.runs.length} runs are shown one by one; all are in result.json and result.csv.</p>`
    : null
}
${renderEnvironment(result)}
${renderGlossary()}
</main>
</body>
</html>
`.text
}
