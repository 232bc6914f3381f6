// Fills the generated tables of README.md: node services/rides/generate-readme.ts
import { readFile, writeFile } from 'node:fs/promises'
import { processSettings } from '@chairlift/kit/config/common-settings.ts'
import { environmentName, isSecret } from '@chairlift/kit/config/load-config.ts'
import type { Route } from '@chairlift/kit/http/route.ts'
import type { TProperties, TSchema } from 'typebox'
import { ridesApiSettings, ridesWriterSettings } from './config.ts'
import { describedRoutes } from './generate-openapi.ts'

/** Where the README lies. */
export const readmeFile = new URL('./README.md', import.meta.url)

/**
 * The README with its tables as the code of now makes them. A table stands between the markers
 * `<!-- NAME -->` and `<!-- /NAME -->`; all else is left as it is.
 *
 * @throws Error when the markers of a table are missing
 */
export function fillReadme(readme: string): string {
  const tables: Record<string, string> = {
    operations: operationsTable(describedRoutes()),
    'settings:rides-api': settingsTable({ ...ridesApiSettings, ...processSettings }),
    'settings:rides-writer': settingsTable({ ...ridesWriterSettings, ...processSettings }),
  }
  let filled = readme
  for (const [name, table] of Object.entries(tables)) {
    const [open, close] = [`<!-- ${name} -->`, `<!-- /${name} -->`]
    const start = filled.indexOf(open)
    const end = filled.indexOf(close)
    if (start === -1 || end < start) throw new Error(`README.md has no markers ${open} … ${close}`)
    filled = `${filled.slice(0, start + open.length)}\n${table}\n${filled.slice(end)}`
  }
  return filled
}

function operationsTable(routes: readonly Route[]): string {
  const rows = routes.map((route) => [
    `\`${route.method.toUpperCase()} ${route.path.replace(/:(\w+)/g, '{$1}')}\``,
    `\`${route.operationId}\``,
    route.summary,
  ])
  return table(['method and path', 'operation', 'what it does'], rows)
}

function settingsTable(settings: TProperties): string {
  const rows = Object.entries(settings).map(([property, schema]) => {
    const name = environmentName(property)
    return [
      `\`${name}\``,
      defaultOf(schema),
      rangeOf(schema),
      (schema as { description: string }).description,
    ]
  })
  return table(['variable', 'default', 'range', 'meaning'], rows)
}

function defaultOf(schema: TSchema): string {
  if (isSecret(schema)) return 'required, secret'
  if (!('default' in schema)) return 'required'
  return schema.default === '' ? 'empty' : `\`${schema.default}\``
}

function rangeOf(schema: TSchema): string {
  const { type, minimum, maximum } = schema as { type?: string; minimum?: number; maximum?: number }
  if (type === 'boolean') return '`true`, `false`'
  return minimum === undefined || maximum === undefined ? '' : `${minimum} to ${maximum}`
}

function table(head: string[], rows: string[][]): string {
  const line = (cells: string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}

if (import.meta.main) await writeFile(readmeFile, fillReadme(await readFile(readmeFile, 'utf8')))
