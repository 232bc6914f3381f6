import type { Validity } from '../../result/run-schema.ts'
import { html, type Markup } from '../html.ts'

/** A tick or cross with a text; the mark carries the meaning, the colour only repeats it. */
export function renderMark(isGood: boolean, text: string): Markup {
  return isGood
    ? html`<span class="mark good"><span aria-label="passed">✓</span> ${text}</span>`
    : html`<span class="mark bad"><span aria-label="failed">✗</span> ${text}</span>`
}

/** Whether the load generator can be trusted, as a mark and a word. */
export function renderValidity(verdict: Validity['verdict']): Markup {
  if (verdict === 'warn')
    return html`<span class="mark warn"><span aria-hidden="true">!</span> doubtful</span>`
  return renderMark(verdict === 'valid', verdict)
}
