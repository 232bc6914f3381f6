import type { ParameterValue } from '../experiment/experiment.ts'
import { formatPlural } from '../report/format-number.ts'
import type { Run } from '../result/run-schema.ts'
import { cliffsDelta } from '../statistics/cliffs-delta.ts'
import { alarmLevel, compareRuns, type PairedRuns, runsNeededFor } from './compare-runs.ts'
import { chooseRuns, NotComparableError, type SideChoice } from './compared-runs.ts'
import type { ComparedSide, Comparison, Finding } from './comparison.ts'
import { type MetricName, mergeLatencies, metricNames } from './metrics.ts'

export interface CompareOptions {
  metrics?: readonly MetricName[]
  /** Only this operation's throughput and latencies. */
  operation?: string
}

interface Cell extends PairedRuns {
  threads: number
  parameters: Record<string, ParameterValue>
}

/**
 * Compares two results, or two parts of one, cell by cell: what was run with the same threads and varied parameters
 * (those by which the sides were chosen aside) on both sides.
 *
 * @throws NotComparableError when the workloads differ, no cell is on both sides, or no run can be trusted
 */
export function compareResults(a: SideChoice, b: SideChoice, options: CompareOptions = {}): Comparison {
  const { metrics = metricNames, operation } = options
  if (a.result.experiment.workload !== b.result.experiment.workload)
    throw new NotComparableError(
      `${a.label} ran ${a.result.experiment.workload} and ${b.label} ${b.result.experiment.workload}: different work cannot be compared`,
    )
  const chosenA = chooseRuns(a)
  const chosenB = chooseRuns(b)
  const chosenBy = new Set([...Object.keys(a.where), ...Object.keys(b.where)])
  const cells = pairCells(chosenA.runs, chosenB.runs, chosenBy)
  if (cells.length === 0)
    throw new NotComparableError(
      `${a.label} and ${b.label} have no thread count and parameters in common that both have run`,
    )
  checkOperation(cells, operation)
  const compared = compareRuns(cells, metrics, { operation })
  const findings = compared.flat().map(({ finding }) => finding)
  if (findings.length === 0) throw new NotComparableError('no figure was measured on both sides')
  const left = chosenA.runs.length + chosenB.runs.length - cells.reduce((sum, cell) => sum + countOf(cell), 0)
  return {
    schemaVersion: 1,
    a: describeSide(a, chosenA.runs.length),
    b: describeSide(b, chosenB.runs.length),
    workload: a.result.experiment.workload,
    level: alarmLevel,
    cautions: [
      ...chosenA.cautions,
      ...chosenB.cautions,
      ...(left > 0 ? [`${formatPlural(left, 'run')} left out that only one side has made.`] : []),
      ...listDifferences(a, b, chosenA.runs, chosenB.runs),
    ],
    cells: cells.map(({ threads, parameters, a: runsOfA, b: runsOfB }, index) => {
      const delta = cliffsDelta(mergeLatencies(runsOfA, operation), mergeLatencies(runsOfB, operation))
      return {
        threads,
        parameters,
        metrics: compared[index] ?? [],
        cliffsDelta: Number.isNaN(delta) ? null : delta,
      }
    }),
    runsNeeded: runsNeededFor(findings.length),
    finding: summarise(findings),
  }
}

function summarise(findings: readonly Finding[]): Comparison['finding'] {
  const [better, worse] = [findings.includes('better'), findings.includes('worse')]
  if (better || worse) return better && worse ? 'mixed' : better ? 'better' : 'worse'
  return findings.every((finding) => finding === 'undecidable') ? 'undecidable' : 'no-difference'
}

function pairCells(runsOfA: readonly Run[], runsOfB: readonly Run[], chosenBy: ReadonlySet<string>): Cell[] {
  const keyOf = (run: Run) => {
    const parameters = Object.entries(run.parameters ?? {}).filter(([name]) => !chosenBy.has(name))
    return JSON.stringify([chosenBy.has('threads') ? 0 : run.threads, parameters.sort()])
  }
  const ofB = Map.groupBy(runsOfB, keyOf)
  return [...Map.groupBy(runsOfA, keyOf)]
    .flatMap(([key, a]) => {
      const b = ofB.get(key)
      const [first] = a
      if (b === undefined || first === undefined) return []
      const parameters = Object.entries(first.parameters ?? {}).filter(([name]) => !chosenBy.has(name))
      return [{ threads: first.threads, parameters: Object.fromEntries(parameters), a, b }]
    })
    .sort((left, right) => left.threads - right.threads)
}

function checkOperation(cells: readonly Cell[], operation: string | undefined): void {
  if (operation === undefined) return
  const known = new Set(cells.flatMap(({ a }) => a.flatMap((run) => Object.keys(run.operations))))
  if (!known.has(operation))
    throw new NotComparableError(
      `no operation ${operation} was measured; there are: ${[...known].join(', ')}`,
    )
}

/** Whatever beside the thing under test differs between the sides, and whether time may be the difference. */
function listDifferences(
  a: SideChoice,
  b: SideChoice,
  runsOfA: readonly Run[],
  runsOfB: readonly Run[],
): string[] {
  const cautions: string[] = []
  const [ofA, ofB] = [a.result, b.result]
  if (ofA.environment.hostHash !== ofB.environment.hostHash)
    cautions.push('The sides ran on different machines.')
  if (ofA.environment.node !== ofB.environment.node)
    cautions.push(`Node.js differs: ${ofA.environment.node} and ${ofB.environment.node}.`)
  const names = new Set([
    ...Object.keys(ofA.experiment.parameters),
    ...Object.keys(ofB.experiment.parameters),
  ])
  for (const name of names) {
    const [left, right] = [ofA.experiment.parameters[name], ofB.experiment.parameters[name]]
    if (left !== right)
      cautions.push(`The parameter ${name} differs: ${left ?? 'none'} and ${right ?? 'none'}.`)
  }
  if (!areInterleaved(runsOfA, runsOfB))
    cautions.push(
      'The runs of A and B were not interleaved: a drift of the machine between them looks like a difference. One experiment that varies the parameter and repeats is safer.',
    )
  return cautions
}

/** No side's runs all lie before the other's. */
function areInterleaved(runsOfA: readonly Run[], runsOfB: readonly Run[]): boolean {
  const timesOf = (runs: readonly Run[]) => runs.map(({ startedAt }) => Date.parse(startedAt))
  const [timesOfA, timesOfB] = [timesOf(runsOfA), timesOf(runsOfB)]
  return Math.max(...timesOfA) > Math.min(...timesOfB) && Math.max(...timesOfB) > Math.min(...timesOfA)
}

function describeSide({ result, label }: SideChoice, runs: number): ComparedSide {
  return {
    label,
    experiment: result.experiment.name,
    startedAt: result.startedAt,
    gitCommit: result.environment.gitCommit,
    runs,
  }
}

function countOf({ a, b }: PairedRuns): number {
  return a.length + b.length
}
