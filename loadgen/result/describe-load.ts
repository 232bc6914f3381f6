import type { LoadOutcome, OperationOutcome, SecondSample } from '../engine/load-outcome.ts'
import { Histogram } from '../histogram/histogram.ts'
import { encodeHistogram, mergeSparse } from '../histogram/sparse-histogram.ts'
import { describeLatency } from './describe-latency.ts'
import type { ValidityInputs } from './judge-validity.ts'
import type { Operation } from './operation-schema.ts'
import type { Run, Second } from './run-schema.ts'

/** The part of a run that the load engine knows; the observer of queue and processes adds the rest. */
export type LoadPart = Pick<
  Run,
  'startedAt' | 'wallSeconds' | 'throughput' | 'operations' | 'littlesLaw' | 'client'
> & { series: Omit<Second, 'queueDepth' | 'eventsWaiting' | 'replicas'>[] }

/** Translates what the engine measured into the words and units of the result document. */
export function describeLoad(outcome: LoadOutcome): LoadPart {
  const { validity, wallSeconds, throughput } = outcome
  const { littlesLaw, throttled, gc } = validity
  return {
    startedAt: outcome.startedAt,
    wallSeconds,
    throughput: {
      requestsPerSecond: throughput.all,
      okPerSecond: throughput.ok,
      plateauPerSecond: outcome.plateau?.throughput ?? null,
    },
    operations: Object.fromEntries(
      Object.entries(outcome.operations).map(([name, operation]) => [
        name,
        describeOperation(operation, wallSeconds),
      ]),
    ),
    series: outcome.seconds.map(describeSecond),
    littlesLaw: Number.isNaN(littlesLaw.gap) ? null : littlesLaw,
    client: {
      cpuSeconds: validity.cpuSeconds.user + validity.cpuSeconds.system,
      eventLoopUtilisationMax: validity.eventLoopUtilizationMax,
      gc: { count: gc.count, totalMs: gc.totalMs, longestPauseMs: gc.longestMs },
      reconnects: validity.reconnects,
      connectMs: validity.connectTime.count === 0 ? null : describeLatency(validity.connectTime),
      scheduleLagP99Ms: percentileMs(validity.scheduleLag, 99),
      dropped: outcome.groups.reduce((sum, group) => sum + group.dropped, 0),
      itemWaits: validity.waitsForItem,
      throttledMs: throttled === null ? null : throttled.seconds * 1000,
    },
  }
}

/** What {@link judgeValidity} needs of the same outcome. */
export function listValidityInputs({ operations, client, littlesLaw }: LoadPart): ValidityInputs {
  const latencies = Object.values(operations).map(({ latencyMs }) => latencyMs)
  const known = (values: (number | null)[]): number[] => values.filter((value) => value !== null)
  const medians = known(latencies.map(({ p50 }) => p50))
  const slowest = known(latencies.map(({ p99 }) => p99))
  return {
    eventLoopUtilisationMax: client.eventLoopUtilisationMax,
    samples: Object.values(operations).reduce((sum, { attempts }) => sum + attempts, 0),
    latencyP50Ms: medians.length === 0 ? null : Math.min(...medians),
    latencyP99Ms: slowest.length === 0 ? null : Math.max(...slowest),
    scheduleLagP99Ms: client.scheduleLagP99Ms,
    dropped: client.dropped,
    littlesLawGap: littlesLaw?.gap ?? null,
    throttledMs: client.throttledMs,
    gcLongestPauseMs: client.gc.longestPauseMs,
    itemWaits: client.itemWaits,
  }
}

function describeOperation(operation: OperationOutcome, wallSeconds: number): Operation {
  const { latency, failedLatency, ...counts } = operation
  return {
    ...counts,
    throughput: wallSeconds > 0 ? operation.ok / wallSeconds : 0,
    latencyMs: describeLatency(latency),
    failedLatencyMs: failedLatency.count === 0 ? null : describeLatency(failedLatency),
    histogram: encodeHistogram(latency),
  }
}

function describeSecond(sample: SecondSample): LoadPart['series'][number] {
  const latency = new Histogram()
  for (const operation of Object.values(sample.operations)) mergeSparse(latency, operation.latency)
  const { second, completed, errors, inFlight } = sample
  return {
    second,
    completed,
    errors,
    inFlight,
    p50Ms: percentileMs(latency, 50),
    p99Ms: percentileMs(latency, 99),
  }
}

function percentileMs(histogram: Histogram, percent: number): number | null {
  return histogram.count === 0 ? null : histogram.percentileUs(percent) / 1000
}
