/**
 * A document with its generated tables as the code of now makes them. A table stands between the markers
 * `<!-- NAME -->` and `<!-- /NAME -->`; all else is left as it is.
 *
 * @param tables Markdown by name
 * @throws Error when the markers of a table are missing
 */
export function fillTables(document: string, tables: Readonly<Record<string, string>>): string {
  let filled = document
  for (const [name, table] of Object.entries(tables)) {
    const [open, close] = [`<!-- ${name} -->`, `<!-- /${name} -->`]
    const start = filled.indexOf(open)
    const end = filled.indexOf(close)
    if (start === -1 || end < start) throw new Error(`the document has no markers ${open} … ${close}`)
    filled = `${filled.slice(0, start + open.length)}\n${table}\n${filled.slice(end)}`
  }
  return filled
}

/** A Markdown table; `|` within a cell is escaped. */
export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}
