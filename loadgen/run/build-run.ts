import type { LoadOutcome, OperationOutcome, SecondSample } from '../engine/load-outcome.ts'
import type { Experiment } from '../experiment/experiment.ts'
import { Histogram } from '../histogram/histogram.ts'
import { encodeHistogram, mergeSparse } from '../histogram/sparse-histogram.ts'
import { checkStatistics } from '../result/check-statistics.ts'
import { describeLatency } from '../result/describe-latency.ts'
import { judgeObjectives } from '../result/judge-objectives.ts'
import { judgePlateau } from '../result/judge-plateau.ts'
import { judgeValidity } from '../result/judge-validity.ts'
import type { Operation } from '../result/operation-schema.ts'
import type { Check, Run, Second } from '../result/run-schema.ts'
import type { Completion } from '../workloads/workload-definition.ts'
import type { Incident, TimedObservation } from './observer.ts'

export interface RunFindings {
  experiment: Pick<Experiment, 'objectives' | 'arrival'>
  threads: number
  repetition: number
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
  const { outcome, completion, observations } = findings
  const originMs = Date.parse(outcome.startedAt)
  const operations = Object.fromEntries(
    Object.entries(outcome.operations)
      .filter(([, operation]) => operation.count > 0)
      .map(([name, operation]) => [name, describeOperation(operation, outcome.wallSeconds)]),
  )
  const measured = {
    wallSeconds: outcome.wallSeconds,
    throughput: {
      requestsPerSecond: outcome.throughput.all,
      okPerSecond: outcome.throughput.ok,
      plateauPerSecond: outcome.plateau?.throughput ?? null,
    },
    operations,
    series: outcome.seconds.map((second) => describeSecond(second, observations, originMs)),
    completion: describeCompletion(outcome, completion),
    queue: describeQueue(outcome, observations, originMs),
  }
  const checks = [...findings.checks, ...checkStatistics(measured)]
  return {
    threads: findings.threads,
    repetition: findings.repetition,
    startedAt: outcome.startedAt,
    ...measured,
    verification: { passed: checks.every((check) => check.passed), checks },
    validity: judgeValidity(validityInputs(findings)),
    objectives: judgeObjectives(findings.experiment.objectives, measured),
    littlesLaw: describeLittlesLaw(outcome),
    client: describeClient(outcome, findings.experiment.arrival.model === 'open'),
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

function describeOperation(operation: OperationOutcome, wallSeconds: number): Operation {
  return {
    count: operation.count,
    ok: operation.ok,
    failed: operation.failed,
    unsent: operation.unsent,
    retries: operation.retries,
    attempts: operation.attempts,
    byStatus: operation.byStatus,
    throughput: wallSeconds > 0 ? operation.ok / wallSeconds : 0,
    latencyMs: describeLatency(operation.latency),
    failedLatencyMs: operation.failedLatency.count === 0 ? null : describeLatency(operation.failedLatency),
    histogram: encodeHistogram(operation.latency),
  }
}

function describeSecond(
  sample: SecondSample,
  observations: readonly TimedObservation[],
  originMs: number,
): Second {
  const latency = new Histogram()
  for (const operation of Object.values(sample.operations)) mergeSparse(latency, operation.latency)
  const { p50, p99 } = describeLatency(latency)
  const endMs = originMs + (sample.second + 1) * 1_000
  const seen = observations.findLast(({ atMs }) => atMs >= endMs - 1_000 && atMs < endMs)
  return {
    second: sample.second,
    completed: sample.completed,
    errors: sample.errors,
    inFlight: sample.inFlight,
    p50Ms: p50,
    p99Ms: p99,
    queueDepth: seen?.queueDepth ?? null,
    eventsWaiting: seen?.eventsWaiting ?? null,
    replicas: seen?.replicas ?? {},
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

function validityInputs({ outcome, experiment }: RunFindings): Parameters<typeof judgeValidity>[0] {
  const { validity } = outcome
  const latencies = Object.values(outcome.operations)
    .map((operation) => operation.latency)
    .filter((latency) => latency.count > 0)
  const open = experiment.arrival.model === 'open'
  return {
    eventLoopUtilisationMax: validity.eventLoopUtilizationMax,
    samples: latencies.reduce((sum, latency) => sum + latency.count, 0),
    latencyP50Ms:
      latencies.length === 0 ? null : Math.min(...latencies.map((one) => one.percentileUs(50))) / 1_000,
    latencyP99Ms:
      latencies.length === 0 ? null : Math.max(...latencies.map((one) => one.percentileUs(99))) / 1_000,
    scheduleLagP99Ms: open ? validity.scheduleLag.percentileUs(99) / 1_000 : null,
    dropped: droppedIn(outcome),
    littlesLawGap: Number.isNaN(validity.littlesLaw.gap) ? null : validity.littlesLaw.gap,
    throttledMs: validity.throttled === null ? null : validity.throttled.seconds * 1_000,
    gcLongestPauseMs: validity.gc.longestMs,
    itemWaits: validity.waitsForItem,
  }
}

function droppedIn(outcome: LoadOutcome): number {
  return outcome.groups.reduce((sum, group) => sum + group.dropped, 0)
}

function describeLittlesLaw(outcome: LoadOutcome): Run['littlesLaw'] {
  const { littlesLaw } = outcome.validity
  const operations = Object.values(outcome.operations)
  const attempts = operations.reduce((sum, { attempts }) => sum + attempts, 0)
  if (Number.isNaN(littlesLaw.gap) || outcome.wallSeconds === 0 || attempts === 0) return null
  return {
    threads: (littlesLaw.threadSeconds - littlesLaw.pausedSeconds) / outcome.wallSeconds,
    throughputPerSecond: attempts / outcome.wallSeconds,
    meanLatencyMs: (littlesLaw.requestSeconds / attempts) * 1_000,
    gap: littlesLaw.gap,
  }
}

function describeClient(outcome: LoadOutcome, open: boolean): Run['client'] {
  const { validity } = outcome
  return {
    cpuSeconds: validity.cpuSeconds.user + validity.cpuSeconds.system,
    eventLoopUtilisationMax: validity.eventLoopUtilizationMax,
    gc: {
      count: validity.gc.count,
      totalMs: validity.gc.totalMs,
      longestPauseMs: validity.gc.longestMs,
    },
    reconnects: validity.reconnects,
    connectMs: validity.connectTime.count === 0 ? null : describeLatency(validity.connectTime),
    scheduleLagP99Ms: open ? validity.scheduleLag.percentileUs(99) / 1_000 : null,
    dropped: droppedIn(outcome),
    itemWaits: validity.waitsForItem,
    throttledMs: validity.throttled === null ? null : validity.throttled.seconds * 1_000,
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
