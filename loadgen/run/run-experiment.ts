import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { itemsOf } from '../engine/ledger.ts'
import type { SecondSample } from '../engine/load-outcome.ts'
import { runLoad, TargetUnreachableError } from '../engine/run-load.ts'
import type { LoadPlan, ThreadGroup } from '../engine/types.ts'
import type { Experiment } from '../experiment/experiment.ts'
import { concludeVerdict, type EarlyEnd, interrupted } from '../result/exit-codes.ts'
import { type Environment, type Result, schemaVersion } from '../result/result-schema.ts'
import type { Run } from '../result/run-schema.ts'
import type { WorkloadDefinition } from '../workloads/workload-definition.ts'
import { buildRun } from './build-run.ts'
import { checkQueueEmpty } from './check-queue.ts'
import { type FaultInjector, planFaults } from './fault-plan.ts'
import { type Observer, startSampler } from './observer.ts'
import type { Cell } from './plan-cells.ts'
import { type PlannedRun, planRuns } from './plan-runs.ts'

export interface RunProgress {
  /** A line about what goes on. */
  note(line: string): void
  runStarts(run: { index: number; of: number; threads: number; repetition: number; requests: number }): void
  second(sample: SecondSample): void
  runEnds(run: Run): void
}

export interface ExperimentOptions {
  experiment: Experiment
  /** Base URL of the service under test. */
  target: string
  observer?: Observer
  /** Needed by an experiment with faults. */
  faults?: FaultInjector
  environment: Environment
  chairliftVersion: string
  progress: RunProgress
  signal: AbortSignal
  /** Where a CSV with every attempt is written, if wanted. */
  attemptsDirectory?: string
  /** Load-generator threads; 1 suffices below about 60 000 requests/s. */
  workers?: number
}

/** Longest time for one request, and for an outage of the target, before a request fails. */
const requestTimeoutMs = 30_000
const connectTimeoutMs = 15_000

/**
 * Carries out an experiment: every thread count and repetition, each with completion and verification.
 *
 * @returns the result; an unreachable target or an internal error end it early and are part of it
 * @throws ParametersError, or Error for an unknown workload or a fault that cannot be had: the experiment itself is wrong
 */
export async function runExperiment(options: ExperimentOptions): Promise<Result> {
  const { experiment } = options
  const { workload, runs: planned } = planRuns(experiment)
  checkFaultsPossible(options)
  const startedAt = new Date().toISOString()
  const made: { index: number; run: Run }[] = []
  let early: { end: EarlyEnd; failure: string } | undefined
  try {
    for (const { cell, parameters } of planned)
      made.push({ index: cell.index, run: await runOnce(options, workload, parameters, cell) })
  } catch (error) {
    const failure = options.signal.aborted ? interrupted : describeError(error)
    early = {
      end: error instanceof TargetUnreachableError ? 'target-unreachable' : 'internal-error',
      failure,
    }
  }
  // Listed as in the matrix, whatever order they were made in; `order` tells that.
  const runs = made.sort((a, b) => a.index - b.index).map(({ run }) => run)
  return {
    schemaVersion,
    chairliftVersion: options.chairliftVersion,
    experiment: {
      name: experiment.name,
      workload: experiment.workload,
      parameters: commonParameters(planned[0] as PlannedRun),
      seed: experiment.seed,
      ...(experiment.http && { http: experiment.http }),
      order: experiment.order,
      arrival: {
        model: experiment.arrival.model,
        ratePerSecond: experiment.arrival.model === 'open' ? experiment.arrival.ratePerSecond : null,
      },
    },
    environment: options.environment,
    startedAt,
    finishedAt: new Date().toISOString(),
    ...concludeVerdict(runs, early?.end),
    failure: early?.failure ?? null,
    runs,
  }
}

/** @throws Error for faults of what somebody else started, or of what is not there */
function checkFaultsPossible({ experiment, faults }: ExperimentOptions): void {
  if (experiment.faults.length === 0) return
  if (!faults)
    throw new Error(
      'the experiment has faults: only what chairlift itself started can be killed, so leave out the target',
    )
  faults.check(experiment.faults)
}

/** The parameters that all runs share; the others stand in each run. */
function commonParameters({ cell, parameters }: PlannedRun): Result['experiment']['parameters'] {
  return Object.fromEntries(
    Object.entries(parameters).filter(([name]) => !Object.hasOwn(cell.parameters, name)),
  ) as Result['experiment']['parameters']
}

async function runOnce(
  options: ExperimentOptions,
  workload: WorkloadDefinition,
  parameters: Record<string, unknown>,
  cell: Cell,
): Promise<Run> {
  const { experiment, observer, progress, signal, target } = options
  const prepared = await workload.prepare({
    target,
    threads: cell.threads,
    seed: experiment.seed + cell.index,
    runId: randomBytes(8).toString('hex'),
    parameters,
    ...(experiment.http && { http: experiment.http }),
    log: progress.note,
    signal,
  })
  const groups = applyArrival(prepared.groups, experiment, cell.threads)
  progress.runStarts({
    ...cell,
    index: cell.position,
    requests: groups.reduce((sum, group) => sum + itemsOf(group), 0),
  })
  const incidentsBefore = observer?.incidents?.().length ?? 0
  const cpuBefore = await observer?.cpuSeconds?.()
  const sampler = startSampler(observer)
  const faults = planFaults(experiment.faults, options.faults)
  try {
    const plan: LoadPlan = {
      target,
      groups,
      workload: { module: prepared.module, parameters: prepared.moduleParameters, shared: prepared.shared },
      retry: experiment.retry,
      requestTimeoutMs,
      connectTimeoutMs,
      workers: options.workers ?? 1,
      engine: experiment.engine,
      ...(experiment.limiter && { limiter: experiment.limiter }),
      ...(options.attemptsDirectory && {
        csvPath: join(
          options.attemptsDirectory,
          `attempts-${cell.threads}-${cell.repetition}${Object.keys(cell.parameters).length > 0 ? `-v${cell.variant}` : ''}.csv`,
        ),
      }),
    }
    const onSecond = (sample: SecondSample) => {
      faults.begun()
      progress.second(sample)
    }
    const outcome = await runLoad(plan, { onSecond }, signal)
    await faults.ended()
    signal.throwIfAborted()
    const completion = await prepared.complete?.(outcome)
    const cpuAfter = await observer?.cpuSeconds?.()
    progress.note('checking what the service holds against what it accepted')
    const checks = await prepared.verify(outcome)
    checks.push(...(await checkQueueEmpty(observer, workload.queueInvariant)), ...faults.checks())
    await sampler.stop()
    const run = buildRun({
      experiment,
      cell,
      outcome,
      completion,
      checks,
      observations: sampler.samples,
      incidents: observer?.incidents?.().slice(incidentsBefore) ?? [],
      cpuSeconds: cpuBefore && cpuAfter && difference(cpuAfter, cpuBefore),
    })
    progress.runEnds(run)
    return run
  } finally {
    await faults.ended()
    await sampler.stop()
  }
}

/**
 * In the open model requests come by the clock and not from waiting threads, so a schedule's groups have no
 * meaning: all its items arrive in one stream, over as many connections as the experiment has threads.
 */
function applyArrival(groups: ThreadGroup[], { arrival }: Experiment, threads: number): ThreadGroup[] {
  if (arrival.model === 'closed')
    return arrival.thinkTimeMs === 0
      ? groups
      : groups.map((group) => ({ ...group, thinkTimeMs: arrival.thinkTimeMs }))
  const items = groups.reduce((sum, group) => sum + itemsOf(group), 0)
  return [
    {
      name: 'open',
      threads,
      firstItem: Math.min(...groups.map((group) => group.firstItem)),
      work: { kind: 'shared', items },
      start: { kind: 'immediately' },
      measured: true,
      open: {
        ratePerSecond: arrival.ratePerSecond,
        distribution: arrival.distribution,
        maxInFlight: 10 * threads,
      },
    },
  ]
}

function difference(after: Record<string, number>, before: Record<string, number>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(after).map(([part, seconds]) => [part, seconds - (before[part] ?? 0)]),
  )
}

function describeError(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
