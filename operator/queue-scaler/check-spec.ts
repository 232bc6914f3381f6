import type { TSchema } from 'typebox'
import { Compile } from 'typebox/compile'
import { rulesOf } from './rule.ts'
import { type QueueScalerSpec, specSchema } from './spec-schema.ts'

const compiled = Compile(specSchema)

/**
 * What the API server would refuse in a spec, as sentences with the place; empty if it is sound. For those who have no
 * API server at hand. As there, rules are looked at only once types and ranges are right.
 *
 * @param spec as written or with its defaults
 * @param before the spec that it replaces, for rules about changes
 */
export function checkSpec(spec: unknown, before?: unknown): string[] {
  const typeErrors = compiled
    .Errors(spec)
    .map(({ instancePath, message }) => `spec${dotted(instancePath)}: ${message}`)
  if (typeErrors.length > 0) return [...new Set(typeErrors)]
  return [
    ...unknownFields(specSchema, spec, 'spec'),
    ...duplicateQueues(spec as QueueScalerSpec),
    ...brokenRules(specSchema, spec, before, 'spec'),
  ]
}

interface Parts {
  properties?: Record<string, TSchema>
  items?: TSchema
}

function brokenRules(schema: TSchema, value: unknown, before: unknown, path: string): string[] {
  const inner = children(schema, value, path).flatMap(({ schema: part, name, child, path: at }) =>
    brokenRules(part, child, (before as Record<string, unknown> | undefined)?.[name], at),
  )
  // A rule over several fields may trust that each of them is sound.
  if (inner.length > 0) return inner
  return rulesOf(schema)
    .filter(({ holds }) => !holds(value as never, before as never))
    .map(({ message }) => `${path}: ${message}`)
}

/** kubectl refuses them; without validation the API server drops them. */
function unknownFields(schema: TSchema, value: unknown, path: string): string[] {
  const { properties } = schema as Parts
  const unknown =
    properties && typeof value === 'object' && value !== null
      ? Object.keys(value).filter((name) => !(name in properties))
      : []
  return [
    ...unknown.map((name) => `${path}.${name}: unknown field`),
    ...children(schema, value, path).flatMap((part) => unknownFields(part.schema, part.child, part.path)),
  ]
}

function children(schema: TSchema, value: unknown, path: string) {
  const { properties, items } = schema as Parts
  if (items && Array.isArray(value))
    return value.map((child, index) => ({
      schema: items,
      name: String(index),
      child,
      path: `${path}[${index}]`,
    }))
  return Object.entries(properties ?? {}).flatMap(([name, part]) => {
    const child = (value as Record<string, unknown>)[name]
    return child === undefined ? [] : [{ schema: part, name, child, path: `${path}.${name}` }]
  })
}

/** The API server checks the keys of a list that is a map. */
function duplicateQueues({ queues }: QueueScalerSpec): string[] {
  const keys = queues.map(({ vhost = '/', name }) => JSON.stringify([vhost, name]))
  return keys.flatMap((key, index) =>
    keys.indexOf(key) < index ? [`spec.queues[${index}]: Duplicate value`] : [],
  )
}

const dotted = (pointer: string) => pointer.replaceAll(/\/(\d+)(?=\/|$)/g, '[$1]').replaceAll('/', '.')
