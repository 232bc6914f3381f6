import { readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Histogram } from '../../histogram/histogram.ts'
import { runLoad } from '../run-load.ts'
import { startResponder } from './processes.ts'
import type { ResponderLog } from './responder.ts'

/** Latency percentiles in milliseconds. */
export interface Percentiles {
  p50: number
  p90: number
  p99: number
  max: number
}

export interface StallFigures {
  reported: Percentiles
  /** From the intended start of each request to the moment the server answered it, by the server's clock. */
  observed: Percentiles
  /** What a perfect generator would have seen: schedule, stalls and service time of the server, nothing else. */
  ideal: Percentiles
  scheduleLagP50Ms: number
  scheduleLagP99Ms: number
  requests: number
}

const ratePerSecond = 200
const connections = 10
const serviceMs = 1
const stall = { ms: 500, everyMs: 2_300 }

/**
 * The test that a generator with coordinated omission fails: a server that stops for 500 ms every 2.3 s, and
 * 200 requests/s on 10 connections. The truth comes from the schedule and from what the server itself noted.
 */
export async function runStallTest(seconds: number): Promise<StallFigures> {
  await using server = await startResponder(
    `--delay=${serviceMs}`,
    `--stall=${stall.ms}`,
    `--every=${stall.everyMs}`,
  )
  const csvPath = join(tmpdir(), `chairlift-stall-${process.pid}.csv`)
  const outcome = await runLoad({
    target: server.url,
    groups: [
      {
        name: 'arrivals',
        threads: connections,
        firstItem: 0,
        work: { kind: 'shared', items: seconds * ratePerSecond },
        start: { kind: 'immediately' },
        measured: true,
        open: { ratePerSecond, distribution: 'constant', maxInFlight: 1_000 },
      },
    ],
    workload: {
      module: new URL('../testing/fixed-workload.ts', import.meta.url).href,
      parameters: { path: '/r/{item}' },
    },
    retry: { limit: 0, mode: 'all' },
    requestTimeoutMs: 10_000,
    connectTimeoutMs: 10_000,
    workers: 1,
    engine: 'raw',
    csvPath,
  })
  const firstDueMs = await dueOfFirstMs(csvPath)
  const log = await server.log()
  await rm(csvPath)
  const operation = outcome.operations.fixed
  if (operation === undefined || operation.ok !== log.answers.length) throw new Error('requests were lost')
  const dueMs = (arrival: number) => firstDueMs + (arrival * 1_000) / ratePerSecond
  return {
    reported: ofHistogram(operation.latency),
    observed: ofSamples(log.answers.map(([number, , answeredMs]) => answeredMs - dueMs(number))),
    ideal: ofSamples(idealLatencies(operation.ok, dueMs, log)),
    scheduleLagP50Ms: outcome.validity.scheduleLag.percentileUs(50) / 1_000,
    scheduleLagP99Ms: outcome.validity.scheduleLag.percentileUs(99) / 1_000,
    requests: operation.ok,
  }
}

/** The intended start of request 0 in milliseconds since 1970; the schedule gives all others. */
async function dueOfFirstMs(csvPath: string): Promise<number> {
  const lines = (await readFile(csvPath, 'utf8')).split('\n')
  const first = lines.map((line) => line.split(',')).find((columns) => columns[4] === '0')
  return Number(first?.[0]) / 1_000
}

/** First come, first served over `connections` connections to a server that does nothing while it stalls. */
function idealLatencies(requests: number, dueMs: (arrival: number) => number, log: ResponderLog): number[] {
  const unstalled = log.answers.map(([, readMs, answeredMs]) => answeredMs - readMs).sort((a, b) => a - b)
  const service = unstalled[Math.floor(unstalled.length / 2)] as number
  const resumesMs = (atMs: number) => log.stalls.find(([from, to]) => atMs >= from && atMs < to)?.[1] ?? atMs
  const freeAtMs = Array.from({ length: connections }, () => 0)
  return Array.from({ length: requests }, (_, arrival) => {
    const connection = freeAtMs.indexOf(Math.min(...freeAtMs))
    const sentMs = Math.max(dueMs(arrival), freeAtMs[connection] as number)
    const answeredMs = resumesMs(resumesMs(sentMs) + service)
    freeAtMs[connection] = answeredMs
    return answeredMs - dueMs(arrival)
  })
}

function ofHistogram(histogram: Histogram): Percentiles {
  const ms = (percent: number) => histogram.percentileUs(percent) / 1_000
  return { p50: ms(50), p90: ms(90), p99: ms(99), max: ms(100) }
}

function ofSamples(samples: number[]): Percentiles {
  const sorted = samples.sort((a, b) => a - b)
  const at = (share: number) => sorted[Math.max(0, Math.ceil(share * sorted.length - 1e-6) - 1)] as number
  return { p50: at(0.5), p90: at(0.9), p99: at(0.99), max: at(1) }
}
