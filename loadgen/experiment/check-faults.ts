import type { CombinationProblem, DeepPartial } from './check-combinations.ts'
import type { ExperimentFile } from './experiment-schema.ts'
import { parseDuration } from './quantities.ts'

/** The rules between the fields of a fault. */
export function checkFaults(faults: DeepPartial<ExperimentFile['spec']['faults']>): CombinationProblem[] {
  if (!Array.isArray(faults)) return []
  return faults.flatMap((fault, index): CombinationProblem[] => {
    const path = ['spec', 'faults', String(index)]
    const problems: CombinationProblem[] = []
    const { system, process, replica, server } = fault?.kill ?? {}
    const isProcess = system !== undefined && process !== undefined
    const isMixed = server !== undefined && (system ?? process ?? replica) !== undefined
    if (fault?.kill && (isMixed || (server === undefined && !isProcess)))
      problems.push({
        path: [...path, 'kill'],
        part: 'value',
        message: 'expected either {system, process} or {server}',
      })
    if (fault?.for !== undefined && server === undefined)
      problems.push({
        path: [...path, 'for'],
        part: 'key',
        message: 'belongs to a server; a process is started again at once',
      })
    // Until the first second of the measured part is over nobody has seen that it began.
    if (isBelowOneSecond(fault?.at))
      problems.push({
        path: [...path, 'at'],
        part: 'value',
        message: `expected at least 1s, got ${fault?.at}`,
      })
    return problems
  })
}

function isBelowOneSecond(at: unknown): boolean {
  try {
    return typeof at === 'string' && parseDuration(at) < 1_000
  } catch {
    return false
  }
}
