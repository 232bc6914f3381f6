import { type ChartOptions, dashOf, drawChart, type Series } from './charts/draw-chart.ts'
import { type Column, renderTable, thinRows } from './data-table.ts'
import { html, type Markup } from './html.ts'

export interface Figure extends ChartOptions {
  /** One sentence below the title: how to read it, or what it shows. */
  note: string
  table: { columns: readonly Column[]; rows: readonly (readonly string[])[] }
}

/** A chart with title, legend, note and its data as a table behind a disclosure. */
export function renderFigure(figure: Figure): Markup {
  const { title, note, table } = figure
  const named = figure.series.filter(({ name }) => name !== '')
  const thinned = thinRows(table.rows)
  return html`<figure>
<figcaption><strong>${title}</strong> <span>${note}</span></figcaption>
${named.length > 1 ? renderLegend(named) : null}
${drawChart(figure)}
<details><summary>Data${thinned.note}</summary>${renderTable(title, table.columns, thinned.rows)}</details>
</figure>`
}

function renderLegend(series: readonly Series[]): Markup {
  return html`<ul class="legend">${series.map((line) => {
    const { name, style, shape } = line
    const stroke =
      shape === 'dots'
        ? null
        : html`<line x1="0" x2="28" y1="5" y2="5" stroke="${style.colour}" stroke-width="2" stroke-dasharray="${dashOf(line)}"/>`
    const marker = shape === 'step' || shape === 'curve' ? null : renderMarker(style.symbol, style.colour)
    return html`<li><svg viewBox="0 0 28 10" aria-hidden="true">${stroke}${marker}</svg>${name}</li>`
  })}</ul>`
}

function renderMarker(symbol: string, colour: string): Markup {
  switch (symbol) {
    case 'square':
      return html`<rect x="11" y="2" width="6" height="6" fill="${colour}"/>`
    case 'triangle':
      return html`<path d="M14,1 L18,8.5 L10,8.5 Z" fill="${colour}"/>`
    case 'diamond':
      return html`<path d="M14,0.5 L18,5 L14,9.5 L10,5 Z" fill="${colour}"/>`
    default:
      return html`<circle cx="14" cy="5" r="3.2" fill="${colour}"/>`
  }
}
