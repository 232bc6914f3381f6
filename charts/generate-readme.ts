// Fills the table of values in chairlift/README.md: node charts/generate-readme.ts
import { readFile, writeFile } from 'node:fs/promises'
import { isMap, isScalar, parseDocument, type YAMLMap } from 'yaml'

/** The README of the chart. */
export const readmeFile = new URL('./chairlift/README.md', import.meta.url)

/** The values with their comments. */
export const valuesFile = new URL('./chairlift/values.yaml', import.meta.url)

const open = '<!-- values -->'
const close = '<!-- /values -->'

/**
 * The README with its table of values as values.yaml has them now.
 *
 * @throws Error when the markers are missing, or a value has no comment
 */
export function fillReadme(readme: string, values: string): string {
  const [start, end] = [readme.indexOf(open), readme.indexOf(close)]
  if (start === -1 || end < start) throw new Error(`README.md has no markers ${open} … ${close}`)
  const rows = rowsOf(parseDocument(values).contents as YAMLMap, '', undefined)
  const table = ['| value | default | meaning |', '| --- | --- | --- |', ...rows].join('\n')
  return `${readme.slice(0, start + open.length)}\n${table}\n${readme.slice(end)}`
}

function rowsOf(map: YAMLMap, path: string, comment: string | undefined): string[] {
  return map.items.flatMap(({ key, value }, index) => {
    const name = isScalar(key) ? String(key.value) : ''
    const at = path ? `${path}.${name}` : name
    // The parser hands the comment above a map's first key to the map itself.
    const above =
      (isScalar(key) && key.commentBefore) || (index === 0 && (comment ?? map.commentBefore)) || ''
    // The amounts of resources and the fields of autoscaling/v2 are Kubernetes' own and explained as a whole.
    const whole = /(^|\.)(resources|behavior)$/.test(at)
    if (above === '') throw new Error(`values.yaml: ${at} has no comment`)
    if (isMap(value) && value.items.length > 0 && !whole)
      return rowsOf(value, at, value.commentBefore ?? undefined)
    const shown = JSON.stringify((value as { toJSON(): unknown }).toJSON())
    const meaning = above
      .split('\n')
      .map((line) => line.trim())
      .join(' ')
    return `| \`${at}\` | \`${shown}\` | ${meaning.replaceAll('|', '\\|')} |`
  })
}

if (import.meta.main) {
  const [readme, values] = await Promise.all([readFile(readmeFile, 'utf8'), readFile(valuesFile, 'utf8')])
  await writeFile(readmeFile, fillReadme(readme, values))
}
