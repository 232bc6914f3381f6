import type { LoadOutcome } from '../engine/load-outcome.ts'
import type { Experiment } from '../experiment/experiment.ts'
import { checkStatistics } from '../result/check-statistics.ts'
import { describeLoad, listValidityInputs } from '../result/describe-load.ts'
import { judgeObjectives } from '../result/judge-objectives.ts'
import { judgePlateau } from '../result/judge-plateau.ts'
import { judgeValidity } from '../result/judge-validity.ts'
import type { Check, Run, Second } from '../result/run-schema.ts'
import { findSteadyState } from '../statistics/steady-state.ts'
import type { Completion } from '../workloads/workload-definition.ts'
import type { Incident, TimedObservation } from './observer.ts'
import type { Cell } from './plan-cells.ts'

export interface RunFindings {
  experiment: Pick<Experiment, 'objectives'>
  cell: Pick<Cell, 'threads' | 'repetition' | 'position' | 'parameters'>
  outcome: LoadOutcome
  completion: Completion | undefined
  checks: readonly Check[]
  observations: readonly TimedObservation[]
  incidents: readonly Incident[]
  /** CPU-seconds used during the run, by part. */
  cpuSeconds: Record<string, number> | undefined
}

/** Puts all that was found out about a run into the form of the result document, with its judgements. */
export function buildRun(findings: RunFindings): Run {
  const { cell, outcome, completion, observations } = findings
  const originMs = Date.parse(outcome.startedAt)
  const load = describeLoad(outcome)
  const measured = {
    ...load,
    // A workload may name operations that this run's parameters leave out.
    operations: Object.fromEntries(Object.entries(load.operations).filter(([, { count }]) => count > 0)),
    series: load.series.map((second) => ({
      ...second,
      ...observationOf(second.second, observations, originMs),
    })),
    completion: describeCompletion(outcome, completion),
    queue: describeQueue(outcome, observations, originMs),
  }
  const checks = [...findings.checks, ...checkStatistics(measured)]
  return {
    threads: cell.threads,
    repetition: cell.repetition,
    ...(Object.keys(cell.parameters).length > 0 && { parameters: { ...cell.parameters } }),
    order: cell.position + 1,
    ...measured,
    steadyState: describeSteadyState(measured),
    verification: { passed: checks.every((check) => check.passed), checks },
    validity: judgeValidity(listValidityInputs(load)),
    objectives: judgeObjectives(findings.experiment.objectives, measured),
    ...(findings.cpuSeconds && {
      cpu: { secondsPer1000Completed: cpuPer1000(findings.cpuSeconds, outcome) },
    }),
    events: findings.incidents.map(({ atMs, what }) => ({
      atSeconds: (atMs - originMs) / 1_000,
      kind: 'fault' as const,
      what,
    })),
  }
}

/** The last observation within a second of the run; unknown where there is none. */
function observationOf(
  second: number,
  observations: readonly TimedObservation[],
  originMs: number,
): Pick<Second, 'queueDepth' | 'eventsWaiting' | 'replicas'> {
  const endMs = originMs + (second + 1) * 1_000
  const seen = observations.findLast(({ atMs }) => atMs >= endMs - 1_000 && atMs < endMs)
  return {
    queueDepth: seen?.queueDepth ?? null,
    eventsWaiting: seen?.eventsWaiting ?? null,
    replicas: seen?.replicas ?? {},
  }
}

/** Over whole seconds: the last, shorter one would look like a breakdown. */
function describeSteadyState({
  series,
  wallSeconds,
}: Pick<Run, 'series' | 'wallSeconds'>): NonNullable<Run['steadyState']> | null {
  const whole = series.filter(({ second }) => second + 1 <= wallSeconds)
  const steady = findSteadyState(whole.map(({ completed }) => completed))
  return steady === null
    ? null
    : {
        fromSecond: steady.from,
        requestsPerSecond: steady.mean,
        drift: steady.drift,
        isSteady: steady.isSteady,
      }
}

function describeCompletion(outcome: LoadOutcome, completion: Completion | undefined): Run['completion'] {
  if (!completion) return { lagSeconds: null, completedPerSecond: null, accepted: 0, visible: null }
  const { accepted, visible, lagSeconds } = completion
  const seconds = outcome.wallSeconds + (lagSeconds ?? 0)
  return {
    lagSeconds,
    completedPerSecond: lagSeconds === null || seconds === 0 ? null : visible / seconds,
    accepted,
    visible,
  }
}

function describeQueue(
  outcome: LoadOutcome,
  observations: readonly TimedObservation[],
  originMs: number,
): Run['queue'] {
  const samples = observations.flatMap(({ atMs, queueDepth }) =>
    queueDepth === null ? [] : [{ atSeconds: (atMs - originMs) / 1_000, depth: queueDepth }],
  )
  const plateau = judgePlateau(samples, {
    fromSeconds: 0,
    toSeconds: outcome.wallSeconds,
    ratePerSecond: outcome.throughput.ok,
  })
  const emptyAgain = samples.find(({ atSeconds, depth }) => atSeconds >= outcome.wallSeconds && depth === 0)
  return {
    maxDepth: samples.length === 0 ? null : Math.max(...samples.map(({ depth }) => depth)),
    plateauSlope: plateau?.slope ?? null,
    plateau: plateau?.plateau ?? null,
    drainSeconds: emptyAgain ? Math.max(0, emptyAgain.atSeconds - outcome.wallSeconds) : null,
    samples,
  }
}

function cpuPer1000(cpuSeconds: Record<string, number>, outcome: LoadOutcome): Record<string, number> {
  const ok = Object.values(outcome.operations).reduce((sum, operation) => sum + operation.ok, 0)
  const client = outcome.validity.cpuSeconds.user + outcome.validity.cpuSeconds.system
  return Object.fromEntries(
    Object.entries({ client, ...cpuSeconds }).map(([part, seconds]) => [
      part,
      ok === 0 ? 0 : (Math.max(0, seconds) / ok) * 1_000,
    ]),
  )
}
