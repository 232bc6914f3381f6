import type { ParameterValue } from '../experiment/experiment.ts'
import { formatPlural } from '../report/format-number.ts'
import type { Result } from '../result/result-schema.ts'
import type { Run } from '../result/run-schema.ts'

/** Results that cannot be compared; the message is a sentence for the user. */
export class NotComparableError extends Error {
  /** What a program should exit with: 98 when no run's generator can be trusted, 96 when the data was wrong, else 1. */
  readonly exitCode: 1 | 96 | 98

  constructor(message: string, exitCode: 1 | 96 | 98 = 1) {
    super(message)
    this.name = 'NotComparableError'
    this.exitCode = exitCode
  }
}

/** One side of a comparison: a result, or those of its runs that have some parameters. */
export interface SideChoice {
  result: Result
  label: string
  /** Only runs with these values of varied parameters (or `threads`), as text. */
  where: Readonly<Record<string, string>>
}

export interface ChosenRuns {
  /** In the order in which they were made. */
  runs: Run[]
  cautions: string[]
}

/**
 * The runs of a side that may be compared. Runs with wrong data or an invalid generator are left out and named: a
 * wrong number must not become half of a ratio.
 *
 * @throws NotComparableError when none is left
 */
export function chooseRuns({ result, label, where }: SideChoice): ChosenRuns {
  const wanted = result.runs.filter((run) =>
    Object.entries(where).every(([name, value]) => String(valueOf(run, name)) === value),
  )
  if (wanted.length === 0) {
    const names = Object.entries(where).map(([name, value]) => `${name}=${value}`)
    throw new NotComparableError(
      names.length === 0
        ? `${label} holds no run${result.failure === null ? '' : `: ${result.failure}`}`
        : `${label} has no run with ${names.join(', ')}; it varied ${describeVaried(result)}`,
    )
  }
  const isWrong = ({ verification }: Run) => !verification.passed || verification.checks.length === 0
  const wrong = wanted.filter(isWrong)
  const invalid = wanted.filter((run) => !isWrong(run) && run.validity.verdict === 'invalid')
  const runs = wanted.filter((run) => !wrong.includes(run) && !invalid.includes(run))
  if (runs.length === 0)
    throw new NotComparableError(
      `no run of ${label} can be compared: ${wrong.length > 0 ? 'the data was wrong or not checked' : 'the load generator was the limit'}`,
      wrong.length > 0 ? 96 : 98,
    )
  const cautions: string[] = []
  if (wrong.length > 0)
    cautions.push(`${formatPlural(wrong.length, 'run')} of ${label} left out: data wrong or not checked.`)
  if (invalid.length > 0)
    cautions.push(
      `${formatPlural(invalid.length, 'run')} of ${label} left out: the load generator was the limit.`,
    )
  const doubtful = runs.filter(({ validity }) => validity.verdict === 'warn').length
  if (doubtful > 0)
    cautions.push(`The load generator was doubtful in ${formatPlural(doubtful, 'run')} of ${label}.`)
  const drifting = runs.filter(({ steadyState }) => steadyState?.isSteady === false).length
  if (drifting > 0)
    cautions.push(`Throughput had not settled in ${formatPlural(drifting, 'run')} of ${label}.`)
  return { runs: inOrder(runs), cautions }
}

/** In the order in which they were made; results of before that was recorded tell by their start. */
export function inOrder(runs: readonly Run[]): Run[] {
  return [...runs].sort(
    (a, b) => (a.order ?? 0) - (b.order ?? 0) || Date.parse(a.startedAt) - Date.parse(b.startedAt),
  )
}

function valueOf(run: Run, name: string): ParameterValue | undefined {
  return name === 'threads' ? run.threads : run.parameters?.[name]
}

function describeVaried(result: Result): string {
  const values = new Map<string, Set<string>>()
  for (const run of result.runs)
    for (const [name, value] of Object.entries({ threads: run.threads, ...run.parameters }))
      values.set(name, (values.get(name) ?? new Set()).add(String(value)))
  return [...values].map(([name, seen]) => `${name} (${[...seen].join(', ')})`).join(', ')
}
