import { checkStatistics } from '../check-statistics.ts'
import { describeLatency } from '../describe-latency.ts'
import { concludeVerdict } from '../exit-codes.ts'
import { judgeObjectives } from '../judge-objectives.ts'
import { judgePlateau } from '../judge-plateau.ts'
import { judgeValidity } from '../judge-validity.ts'
import { type Result, schemaVersion } from '../result-schema.ts'
import type { Run } from '../run-schema.ts'
import {
  type ExampleOptions,
  makeOperation,
  makeRandom,
  makeSeries,
  sampleHistogram,
} from './example-measurements.ts'

/** A result as a run against a service with a knee near 48 threads would give it; all numbers fit each other. */
export function makeExampleResult(options: ExampleOptions = {}): Result {
  const random = makeRandom(7)
  const threads = options.threads ?? [1, 4, 16, 32, 64, 128]
  const runs = threads.flatMap((count) =>
    Array.from({ length: options.repetitions ?? 1 }, (_, index) =>
      makeRun(count, index + 1, options, random),
    ),
  )
  return {
    schemaVersion,
    chairliftVersion: '0.1.0',
    experiment: {
      name: options.name ?? 'rides-200k',
      workload: 'rides/write',
      parameters: { requests: options.requests ?? 20_000, day: 1 },
      seed: 1,
    },
    environment: {
      node: 'v24.21.0',
      cpus: 2,
      cpuModel: 'Example CPU @ 2.6 GHz',
      memoryBytes: 8 * 2 ** 30,
      kernel: 'Linux 6.12.0',
      hostHash: '0123456789ab',
      backing: { rabbitmq: '4.1.0', postgres: '17.6', redis: '8.0.2' },
      gitCommit: 'e6c33d3',
    },
    startedAt: '2026-11-21T11:00:00.000Z',
    finishedAt: '2026-11-21T11:02:31.000Z',
    ...concludeVerdict(runs),
    failure: null,
    runs,
  }
}

function makeRun(threads: number, repetition: number, options: ExampleOptions, random: () => number): Run {
  const names = options.operations ?? ['writeNewLiftRide']
  const total = options.requests ?? 20_000
  const noise = 1 + 0.04 * (random() - 0.5)
  const meanMs = (1.1 + threads / 10.5) * noise
  const rate = (threads / meanMs) * 980
  const wallSeconds = total / rate
  const operations = Object.fromEntries(
    names.map((name, index) => [
      name,
      makeOperation(
        Math.floor(total / names.length),
        meanMs * (1 + index * 0.6),
        wallSeconds,
        options,
        random,
      ),
    ]),
  )
  const requests = Object.values(operations).reduce((sum, { count }) => sum + count, 0)
  const ok = Object.values(operations).reduce((sum, operation) => sum + operation.ok, 0)
  const series = makeSeries(requests, wallSeconds, threads, meanMs, options, random)
  const samples = series.map(({ second, queueDepth }) => ({
    atSeconds: second + 0.5,
    depth: queueDepth ?? 0,
  }))
  const production = { fromSeconds: 0, toSeconds: wallSeconds, ratePerSecond: rate }
  const plateau = judgePlateau(samples, production)
  const p99 = Math.max(...Object.values(operations).map(({ latencyMs }) => latencyMs.p99 ?? 0))
  const measured = {
    operations,
    throughput: {
      requestsPerSecond: requests / wallSeconds,
      okPerSecond: ok / wallSeconds,
      plateauPerSecond: rate,
    },
    queue: {
      maxDepth: Math.max(...samples.map(({ depth }) => depth)),
      plateauSlope: plateau?.slope ?? null,
      plateau: plateau?.plateau ?? null,
      drainSeconds: 0.4,
      samples,
    },
    completion: {
      lagSeconds: 0.62,
      completedPerSecond: ok / (wallSeconds + 0.62),
      accepted: ok,
      visible: options.troubled ? ok - 3 : ok,
    },
  }
  const gap = options.troubled ? 0.13 : 0.012
  const stored = measured.completion.visible
  const checks = [
    {
      id: 'RID-I1',
      name: 'every accepted ride is stored exactly once',
      passed: stored === ok,
      expected: ok,
      actual: stored,
      detail: stored === ok ? '' : 'first missing: skier 4711, day 1, time 217',
    },
    ...checkStatistics({ ...measured, wallSeconds, series }),
  ]
  return {
    threads,
    repetition,
    startedAt: '2026-11-21T11:00:05.000Z',
    wallSeconds,
    ...measured,
    series,
    verification: { passed: checks.every(({ passed }) => passed), checks },
    validity: judgeValidity({
      eventLoopUtilisationMax: options.troubled ? 0.71 : Math.min(0.55, 0.1 + threads / 400),
      samples: requests,
      latencyP50Ms: meanMs,
      latencyP99Ms: p99,
      scheduleLagP99Ms: null,
      dropped: 0,
      littlesLawGap: gap,
      throttledMs: null,
      gcLongestPauseMs: 1.4,
      itemWaits: 0,
    }),
    objectives: judgeObjectives(
      {
        latencyMs: { p99: options.troubled ? 5 : 200 },
        errorRate: 0.001,
        maxQueueDepth: 1000,
        completionLagMs: 2000,
      },
      measured,
    ),
    littlesLaw: {
      threadSeconds: threads * wallSeconds,
      requestSeconds: threads * wallSeconds * (1 - gap),
      pausedSeconds: 0,
      gap,
    },
    client: {
      cpuSeconds: wallSeconds * 0.31,
      eventLoopUtilisationMax: options.troubled ? 0.71 : 0.42,
      gc: { count: 12, totalMs: 9.3, longestPauseMs: 1.4 },
      reconnects: options.withFaults ? 3 : 0,
      connectMs: describeLatency(sampleHistogram(threads, 0.4, random)),
      scheduleLagP99Ms: null,
      dropped: 0,
      itemWaits: 0,
      throttledMs: null,
    },
    cpu: {
      secondsPer1000Completed: {
        client: 0.021,
        'rides-api': 0.062,
        broker: 0.034,
        'rides-writer': 0.019,
        postgres: 0.041,
      },
    },
    events: options.withFaults
      ? [
          { atSeconds: wallSeconds * 0.3, kind: 'fault', what: 'rides-writer-1 killed (SIGKILL)' },
          { atSeconds: wallSeconds * 0.45, kind: 'scaling', what: 'rides-writer 1 → 3' },
        ]
      : [],
  }
}
