import type { ErrorObject } from 'ajv/dist/2020.js'
import type { ExperimentProblem } from './experiment-file-error.ts'
import type { YamlValue } from './read-yaml.ts'
import { suggestName } from './suggest-name.ts'

/** A schema's own words for what belongs in a place. */
interface Described {
  description?: string
  properties?: Record<string, Described>
}

/**
 * Turns a validator's errors (made with `allErrors` and `verbose`) into one problem a place, each with what was
 * expected in the schema's own words (`description`) and what was found.
 */
export function describeProblems(
  errors: readonly ErrorObject[],
  locate: YamlValue['locate'],
): ExperimentProblem[] {
  const alternatives = errors.filter((error) => error.keyword === 'anyOf').map((error) => error.schemaPath)
  const problems: ExperimentProblem[] = []
  const seenPaths = new Set<string>()
  for (const error of errors) {
    // The branches of an alternative say less than the alternative, and so does the pattern of a wrong name.
    if (alternatives.some((schemaPath) => error.schemaPath.startsWith(`${schemaPath}/`))) continue
    if (error.propertyName !== undefined) continue
    const { path, part, message } = describeProblem(error, error.parentSchema as Described)
    const shown = formatPath(path)
    // A value that breaks several rules at once (type and range) is one problem.
    if (seenPaths.has(shown)) continue
    seenPaths.add(shown)
    problems.push({ ...locate(path, part), path: shown, message })
  }
  return problems
}

function describeProblem(
  error: ErrorObject,
  schema: Described,
): { path: string[]; part: 'key' | 'value'; message: string } {
  const parent = parsePointer(error.instancePath)
  switch (error.keyword) {
    case 'required': {
      const name = String(error.params.missingProperty)
      const wanted = schema.properties?.[name]?.description ?? 'a value'
      return { path: [...parent, name], part: 'key', message: `is required: ${wanted}` }
    }
    case 'additionalProperties': {
      const name = String(error.params.additionalProperty)
      const known = Object.keys(schema.properties ?? {})
      const suggestion = suggestName(name, known)
      const hint =
        suggestion === undefined ? `known here: ${known.join(', ')}` : `did you mean ${suggestion}?`
      return { path: [...parent, name], part: 'key', message: `unknown key; ${hint}` }
    }
    case 'propertyNames': {
      const name = String(error.params.propertyName)
      const wanted = (error.schema as Described).description ?? 'another name'
      return { path: [...parent, name], part: 'key', message: `expected ${wanted} as the key` }
    }
    default:
      return {
        path: parent,
        part: 'value',
        message: `expected ${schema.description ?? error.message}, got ${describeValue(error.data)}`,
      }
  }
}

/** What stands in the file, on one line and never long. */
export function describeValue(value: unknown): string {
  if (value === null || value === undefined) return 'nothing'
  if (typeof value === 'string')
    return value === ''
      ? 'an empty text'
      : JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value)
  if (Array.isArray(value)) {
    const shown = value.slice(0, 8).map((item) => (isPlain(item) ? describeValue(item) : '…'))
    return value.length === 0 ? 'an empty list' : `[${shown.join(', ')}${value.length > 8 ? ', …' : ''}]`
  }
  if (typeof value === 'object') {
    const keys = Object.keys(value)
    return keys.length === 0 ? 'an empty map' : `a map with ${keys.slice(0, 5).map(formatKey).join(', ')}`
  }
  return String(value)
}

function isPlain(value: unknown): boolean {
  return typeof value !== 'object' || value === null
}

function parsePointer(pointer: string): string[] {
  if (pointer === '') return []
  return pointer
    .slice(1)
    .split('/')
    .map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'))
}

/** `['spec', 'threads', '2']` is `spec.threads[2]`; a key with unusual characters is quoted. */
function formatPath(path: readonly string[]): string {
  return path
    .map((segment, index) =>
      /^\d+$/.test(segment) ? `[${segment}]` : `${index === 0 ? '' : '.'}${formatKey(segment)}`,
    )
    .join('')
}

function formatKey(key: string): string {
  const short = key.length > 60 ? `${key.slice(0, 60)}…` : key
  return /^[A-Za-z0-9_/.-]+$/.test(short) ? short : JSON.stringify(short)
}
