import { html, type Markup } from './html.ts'

/** A column: its heading and whether it holds numbers, which align right. */
export interface Column {
  head: string
  numeric: boolean
}

type Cell = string | Markup

/** A table that scrolls by itself when it is wider than the page; the first column heads its rows. */
export function renderTable(
  caption: string,
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
): Markup {
  const kind = (index: number): string => (columns[index]?.numeric ? 'number' : 'text')
  // Not a <caption>: that would be as wide as the table and scroll away with it on a phone.
  return html`<p class="caption" aria-hidden="true">${caption}</p>
<div class="scroll" role="region" aria-label="${caption}" tabindex="0"><table aria-label="${caption}">
<thead><tr>${columns.map((column, index) => html`<th scope="col" class="${kind(index)}">${column.head}</th>`)}</tr></thead>
<tbody>${rows.map(
    (row) =>
      html`<tr>${row.map((cell, index) =>
        index === 0
          ? html`<th scope="row" class="${kind(index)}">${cell}</th>`
          : html`<td class="${kind(index)}">${cell}</td>`,
      )}</tr>\n`,
  )}</tbody></table></div>`
}

/** Columns that hold numbers, by their headings. */
export function numbers(...heads: string[]): Column[] {
  return heads.map((head) => ({ head, numeric: true }))
}

/** Columns that hold words, by their headings. */
export function words(...heads: string[]): Column[] {
  return heads.map((head) => ({ head, numeric: false }))
}

/** Rows beyond this make a page heavy; then every n-th is shown and the rest is in result.json. */
const mostRows = 240

/** Every n-th row, so that no more than some 240 stay, with a note when rows were left out. */
export function thinRows<T>(rows: readonly T[]): { rows: T[]; note: string } {
  const every = Math.ceil(rows.length / mostRows)
  if (every <= 1) return { rows: [...rows], note: '' }
  return {
    rows: rows.filter((_, index) => index % every === 0),
    note: ` (1 of ${every} rows; all are in result.json)`,
  }
}
