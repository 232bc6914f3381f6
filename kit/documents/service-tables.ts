import type { TProperties, TSchema } from 'typebox'
import { processSettings } from '../config/common-settings.ts'
import { environmentName, isSecret } from '../config/load-config.ts'
import type { Route } from '../http/route.ts'
import { markdownTable } from './fill-tables.ts'

/** The table of an interface's operations, in the order of the routes. */
export function operationsTable(routes: readonly Route[]): string {
  const rows = routes.map((route) => [
    `\`${route.method.toUpperCase()} ${route.path.replace(/:(\w+)/g, '{$1}')}\``,
    `\`${route.operationId}\``,
    route.summary,
  ])
  return markdownTable(['method and path', 'operation', 'what it does'], rows)
}

/** The table of a process's settings: its own, then those of every process. */
export function settingsTable(settings: TProperties): string {
  const all: TProperties = { ...settings, ...processSettings }
  const rows = Object.entries(all).map(([property, schema]) => [
    `\`${environmentName(property)}\``,
    defaultOf(schema),
    rangeOf(schema),
    (schema as { description: string }).description,
  ])
  return markdownTable(['variable', 'default', 'range', 'meaning'], rows)
}

function defaultOf(schema: TSchema): string {
  if (isSecret(schema)) return 'default' in schema ? 'empty, secret' : 'required, secret'
  if (!('default' in schema)) return 'required'
  return schema.default === '' ? 'empty' : `\`${schema.default}\``
}

function rangeOf(schema: TSchema): string {
  const { type, minimum, maximum } = schema as { type?: string; minimum?: number; maximum?: number }
  if (type === 'boolean') return '`true`, `false`'
  return minimum === undefined || maximum === undefined ? '' : `${minimum} to ${maximum}`
}
