import { checkFaults } from './check-faults.ts'
import { checkHttp } from './check-http.ts'
import type { ExperimentFile } from './experiment-schema.ts'

/** What the fields of a file must be to each other, which a schema of single fields cannot say. */
export interface CombinationProblem {
  path: readonly string[]
  /** `key` when something is missing there. */
  part: 'key' | 'value'
  message: string
}

export type DeepPartial<T> = T extends object ? { [K in keyof T]?: DeepPartial<T[K]> | undefined } : T

/**
 * Checks the rules between fields. Fields may be missing or of a wrong type (the schema reports that), so that
 * both kinds of problems come in one list.
 */
export function checkCombinations(
  file: DeepPartial<ExperimentFile> | null | undefined,
): CombinationProblem[] {
  const spec = file?.spec
  if (typeof spec !== 'object' || spec === null) return []
  const problems: CombinationProblem[] = []
  const isOpen = spec.model === 'open'
  if (isOpen && spec.rate === undefined)
    problems.push({
      path: ['spec', 'rate'],
      part: 'key',
      message: 'is required with model: open: requests per second, a number above 0',
    })
  if (!isOpen && spec.rate !== undefined)
    problems.push({
      path: ['spec', 'rate'],
      part: 'key',
      message: 'belongs to model: open; in the closed model the threads set the pace',
    })
  if (!isOpen && spec.arrivals !== undefined)
    problems.push({
      path: ['spec', 'arrivals'],
      part: 'key',
      message: 'belongs to model: open; in the closed model the threads set the pace',
    })
  if (isOpen && spec.thinkTime !== undefined)
    problems.push({
      path: ['spec', 'thinkTime'],
      part: 'key',
      message: 'belongs to the closed model; in the open model the rate sets the pace',
    })
  for (const name of Object.keys(spec.matrix?.parameters ?? {}))
    if (Object.hasOwn(spec.parameters ?? {}, name))
      problems.push({
        path: ['spec', 'matrix', 'parameters', name],
        part: 'key',
        message: 'stands in spec.parameters too; expected it in one of both places',
      })
  problems.push(...checkHttp(spec), ...checkFaults(spec.faults))
  if (isOpen && spec.limiter !== undefined)
    problems.push({
      path: ['spec', 'limiter'],
      part: 'key',
      message: 'belongs to the closed model; in the open model the rate sets the pace',
    })
  const { open, close } = spec.limiter?.breaker ?? {}
  if (typeof open === 'number' && typeof close === 'number' && close > open)
    problems.push({
      path: ['spec', 'limiter', 'breaker', 'close'],
      part: 'value',
      message: `expected at most ${open} (the value of open), got ${close}`,
    })
  const url = spec.target?.url
  if (typeof url === 'string' && url.startsWith('https:') && spec.engine !== 'undici')
    problems.push({
      path: ['spec', 'target', 'url'],
      part: 'value',
      message: 'expected http:// with engine: raw; write engine: undici for https',
    })
  return problems
}
