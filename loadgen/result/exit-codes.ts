import type { Result, Verdict } from './result-schema.ts'
import type { Run } from './run-schema.ts'

/** Exit codes of `chairlift run`; 99 is what other load tools use for a missed objective. */
export const exitCodes = {
  ok: 0,
  'internal-error': 1,
  'verification-failed': 96,
  'target-unreachable': 97,
  'generator-invalid': 98,
  'objective-missed': 99,
} as const satisfies Record<Verdict, Result['exitCode']>

/** The `failure` of an experiment that its user ended; it counts as an internal error, for its runs are missing. */
export const interrupted = 'interrupted'

/** What ended an experiment before its time. */
export type EarlyEnd = 'internal-error' | 'target-unreachable'

/** The part of a run a verdict rests on. */
export type JudgedRun = Pick<Run, 'verification' | 'validity' | 'objectives'>

/**
 * The verdict over all runs. Of several truths the one that makes the others worthless counts: an internal error,
 * then an unreachable target, wrong data (or data nobody checked), a generator that cannot be trusted, and at last
 * a missed objective.
 */
export function concludeVerdict(
  runs: readonly JudgedRun[],
  earlyEnd?: EarlyEnd,
): { verdict: Verdict; exitCode: Result['exitCode'] } {
  const verdict = findVerdict(runs, earlyEnd)
  return { verdict, exitCode: exitCodes[verdict] }
}

function findVerdict(runs: readonly JudgedRun[], earlyEnd: EarlyEnd | undefined): Verdict {
  if (earlyEnd !== undefined) return earlyEnd
  if (runs.length === 0) return 'internal-error'
  if (runs.some(({ verification }) => !verification.passed || verification.checks.length === 0))
    return 'verification-failed'
  if (runs.some((run) => run.validity.verdict === 'invalid')) return 'generator-invalid'
  if (runs.some((run) => run.objectives.some((objective) => !objective.met))) return 'objective-missed'
  return 'ok'
}
