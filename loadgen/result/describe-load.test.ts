import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { LoadOutcome } from '../engine/load-outcome.ts'
import { Histogram } from '../histogram/histogram.ts'
import { encodeHistogram } from '../histogram/sparse-histogram.ts'
import { checkStatistics } from './check-statistics.ts'
import { describeLoad, listValidityInputs } from './describe-load.ts'

function histogramOf(...samplesUs: number[]): Histogram {
  const histogram = new Histogram()
  for (const sample of samplesUs) histogram.record(sample)
  return histogram
}

const read = histogramOf(1000, 1500)
const write = histogramOf(2000)
const outcome: Omit<LoadOutcome, 'ledger'> = {
  startedAt: '2026-11-21T11:00:00.000Z',
  finishedAt: '2026-11-21T11:00:02.000Z',
  aborted: false,
  wallSeconds: 2,
  totalWallSeconds: 3,
  throughput: { all: 2, ok: 1.5 },
  plateau: null,
  operations: {
    read: {
      ...{ count: 3, ok: 2, failed: 1, unsent: 1, retries: 1, attempts: 3 },
      byStatus: { 200: 2, 0: 1 },
      noAnswer: { timeout: 1 },
      latency: read,
      failedLatency: histogramOf(9000),
    },
    write: {
      ...{ count: 1, ok: 1, failed: 0, unsent: 0, retries: 0, attempts: 1 },
      byStatus: { 201: 1 },
      noAnswer: {},
      latency: write,
      failedLatency: new Histogram(),
    },
  },
  unmeasured: {},
  seconds: [
    {
      ...{
        second: 0,
        completed: 4,
        errors: 1,
        inFlight: 2,
        activeThreads: 2,
        dropped: 0,
        eventLoopUtilization: 0.1,
      },
      operations: {
        read: {
          completed: 3,
          errors: 1,
          latency: encodeHistogram(read),
          failedLatency: encodeHistogram(new Histogram()),
        },
        write: {
          completed: 1,
          errors: 0,
          latency: encodeHistogram(write),
          failedLatency: encodeHistogram(new Histogram()),
        },
      },
    },
    {
      ...{
        second: 1,
        completed: 0,
        errors: 0,
        inFlight: 0,
        activeThreads: 0,
        dropped: 0,
        eventLoopUtilization: 0,
      },
      operations: {},
    },
  ],
  groups: [
    { name: 'a', threads: 2, measured: true, startedSecond: 0, endedSecond: 2, scheduled: 9, dropped: 5 },
  ],
  validity: {
    eventLoopUtilizationMax: 0.4,
    scheduleLag: new Histogram(),
    gc: { count: 1, totalMs: 2, longestMs: 2 },
    connections: 2,
    reconnects: 1,
    connectTime: new Histogram(),
    cpuSeconds: { user: 0.2, system: 0.1 },
    residentBytesMax: 1,
    littlesLaw: { threadSeconds: 0, requestSeconds: 0, pausedSeconds: 0, gap: Number.NaN },
    throttled: { periods: 2, seconds: 0.25 },
    waitsForItem: 3,
  },
}
const load = describeLoad(outcome as LoadOutcome)

test('the statistics of a translated outcome fit each other, also with a request that was never sent', () => {
  assert.deepEqual(
    checkStatistics(load).filter(({ passed }) => !passed),
    [],
  )
})

test('latencies become milliseconds, successes and failures apart', () => {
  assert.deepEqual([load.operations.read?.latencyMs.p50, load.operations.read?.latencyMs.max], [1, 1.5])
  assert.equal(load.operations.read?.failedLatencyMs?.max, 9)
  assert.equal(load.operations.write?.failedLatencyMs, null)
  assert.equal(load.operations.read?.throughput, 1)
})

test("a second's percentiles are those of all operations together, and unknown without answers", () => {
  assert.deepEqual([load.series[0]?.p50Ms, load.series[0]?.p99Ms], [1.5, 2])
  assert.deepEqual([load.series[1]?.p50Ms, load.series[1]?.p99Ms], [null, null])
})

test('the validity inputs come from the same outcome, and what has no value is null', () => {
  assert.deepEqual(listValidityInputs(load), {
    eventLoopUtilisationMax: 0.4,
    samples: 4,
    latencyP50Ms: 1,
    latencyP99Ms: 2,
    scheduleLagP99Ms: null,
    dropped: 5,
    littlesLawGap: null,
    throttledMs: 250,
    gcLongestPauseMs: 2,
    itemWaits: 3,
  })
})
