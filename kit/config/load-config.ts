import { readFileSync } from 'node:fs'
import type { Static, TObject, TSchema } from 'typebox'
import { Compile } from 'typebox/compile'

/** Exit code for a wrong configuration: EX_CONFIG of sysexits.h. */
export const exitCodeConfig = 78

/** All that is wrong with a configuration, one problem a line; the process ends with {@link exitCodeConfig}. */
export class ConfigError extends Error {
  readonly problems: readonly string[]
  constructor(problems: readonly string[]) {
    super(`wrong configuration:\n${problems.map((problem) => `  ${problem}`).join('\n')}`)
    this.name = 'ConfigError'
    this.problems = problems
  }
}

type Environment = Record<string, string | undefined>

/** `maxInFlight` is set by MAX_IN_FLIGHT. */
export function environmentName(property: string): string {
  return property.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()
}

/**
 * Reads a process's settings from the environment, once, at start.
 *
 * Each property of the schema is one variable ({@link environmentName}); `NAME_FILE` may name a file that holds
 * the value instead, as Kubernetes mounts secrets. Numbers and booleans are converted strictly.
 *
 * @returns a frozen object of the schema's type
 * @throws ConfigError that names every wrong variable, not only the first
 */
export function loadConfig<S extends TObject>(schema: S, environment: Environment): Readonly<Static<S>> {
  const problems: string[] = []
  const config: Record<string, unknown> = {}
  for (const [property, propertySchema] of Object.entries(schema.properties)) {
    const name = environmentName(property)
    const raw = readRaw(name, environment, problems)
    if (raw === undefined) {
      if ('default' in propertySchema) config[property] = propertySchema.default
      else if (
        schema.required?.includes(property) &&
        !problems.some((line) => line.startsWith(`${name}_FILE`))
      )
        problems.push(`${name}: is required: ${describe(propertySchema)}`)
      continue
    }
    const value = convert(raw, propertySchema)
    const fault = Compile(propertySchema).Errors(value)[0]
    if (fault) problems.push(`${name}: ${explain(fault.message, raw, propertySchema)}`)
    else config[property] = value
  }
  if (problems.length > 0) throw new ConfigError(problems)
  return Object.freeze(config) as Readonly<Static<S>>
}

function readRaw(name: string, environment: Environment, problems: string[]): string | undefined {
  const direct = environment[name]
  const file = environment[`${name}_FILE`]
  if (direct !== undefined && file !== undefined) {
    problems.push(`${name}_FILE: set together with ${name}; keep one of them`)
    return undefined
  }
  if (file === undefined) return direct
  try {
    // Secrets written with an editor or `echo` end in a newline that is not part of the value.
    return readFileSync(file, 'utf8').replace(/\r?\n$/, '')
  } catch (error) {
    problems.push(`${name}_FILE: cannot read ${file}: ${(error as NodeJS.ErrnoException).code ?? error}`)
    return undefined
  }
}

function convert(raw: string, schema: TSchema): unknown {
  const type = (schema as { type?: string }).type
  if (type === 'integer' || type === 'number') return /^-?\d+(\.\d+)?$/.test(raw) ? Number(raw) : raw
  if (type === 'boolean')
    return raw === 'true' || raw === '1' ? true : raw === 'false' || raw === '0' ? false : raw
  return raw
}

function explain(message: string, raw: string, schema: TSchema): string {
  // A wrong secret must not end up in a log.
  const shown = isSecret(schema) ? '(not shown)' : raw === '' ? 'an empty text' : `"${raw.slice(0, 80)}"`
  return `${message}, got ${shown}: ${describe(schema)}`
}

function describe(schema: TSchema): string {
  return (schema as { description?: string }).description ?? 'no description'
}

/** True for settings whose value may never be printed (`secret: true` in the schema). */
export function isSecret(schema: TSchema): boolean {
  return (schema as { secret?: boolean }).secret === true
}

/**
 * Variables that look like a misspelt setting: one letter too many, missing, wrong, or swapped with its
 * neighbour, and not a setting themselves.
 * A warning and no error, because an environment holds foreign variables too.
 */
export function findLikelyTypos(schema: TObject, environment: Environment): string[] {
  const names = Object.keys(schema.properties).map(environmentName)
  const known = new Set(names.flatMap((name) => [name, `${name}_FILE`]))
  const warnings: string[] = []
  for (const variable of Object.keys(environment)) {
    if (known.has(variable) || variable.length < 5) continue
    const meant = names.find((name) => isOneEditApart(variable, name))
    if (meant) warnings.push(`${variable} is not a setting; did you mean ${meant}?`)
  }
  return warnings
}

function isOneEditApart(left: string, right: string): boolean {
  const [short, long] = left.length <= right.length ? [left, right] : [right, left]
  if (long.length - short.length > 1) return false
  let start = 0
  while (start < short.length && short[start] === long[start]) start++
  if (short.length < long.length) return short.slice(start) === long.slice(start + 1)
  if (short.slice(start + 1) === long.slice(start + 1)) return true
  const swapped = `${short[start + 1]}${short[start]}`
  return swapped === long.slice(start, start + 2) && short.slice(start + 2) === long.slice(start + 2)
}
