import type { TObject } from 'typebox'
import { Compile } from 'typebox/compile'
import { suggestName } from '../experiment/suggest-name.ts'

/** The parameters of an experiment do not fit its workload; all problems at once. */
export class ParametersError extends Error {
  constructor(workload: string, problems: readonly string[]) {
    super(`parameters of ${workload}:\n${problems.map((problem) => `  ${problem}`).join('\n')}`)
    this.name = 'ParametersError'
  }
}

/** Fills in the defaults and checks every value. @throws ParametersError */
export function readParameters(
  workload: string,
  schema: TObject,
  given: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const problems: string[] = []
  const known = Object.keys(schema.properties)
  for (const name of Object.keys(given)) {
    if (known.includes(name)) continue
    const meant = suggestName(name, known)
    problems.push(
      `${name}: unknown${meant ? `; did you mean ${meant}?` : `; there are: ${known.join(', ')}`}`,
    )
  }
  const parameters: Record<string, unknown> = {}
  for (const [name, property] of Object.entries(schema.properties)) {
    const value = name in given ? given[name] : (property as { default?: unknown }).default
    const fault = Compile(property).Errors(value)[0]
    if (fault) problems.push(`${name}: ${fault.message}, got ${JSON.stringify(value)}`)
    parameters[name] = value
  }
  if (problems.length > 0) throw new ParametersError(workload, problems)
  return parameters
}
