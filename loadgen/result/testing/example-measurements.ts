import { Histogram } from '../../histogram/histogram.ts'
import { encodeHistogram } from '../../histogram/sparse-histogram.ts'
import { describeLatency } from '../describe-latency.ts'
import type { Operation } from '../operation-schema.ts'
import type { Second } from '../run-schema.ts'

/** What a made-up result should show; everything follows from these and is the same every time. */
export interface ExampleOptions {
  threads?: readonly number[]
  repetitions?: number
  /** Requests a run, spread over the operations. */
  requests?: number
  operations?: readonly string[]
  name?: string
  /** Adds a killed writer, waiting events and the number of processes over time. */
  withFaults?: boolean
  /** Makes verification fail, the generator doubtful and an objective missed. */
  troubled?: boolean
}

/** One operation's requests with latencies of the given mean. */
export function makeOperation(
  count: number,
  meanMs: number,
  wallSeconds: number,
  options: ExampleOptions,
  random: () => number,
): Operation {
  const failed = options.troubled ? Math.ceil(count * 0.002) : 0
  const retries = options.withFaults ? Math.ceil(count * 0.001) : 0
  const histogram = sampleHistogram(count - failed, meanMs, random)
  return {
    count,
    ok: count - failed,
    failed,
    unsent: 0,
    retries,
    attempts: count + retries,
    byStatus: { '201': count - failed, ...(failed + retries > 0 ? { '503': failed + retries } : {}) },
    noAnswer: {},
    throughput: (count - failed) / wallSeconds,
    latencyMs: describeLatency(histogram),
    failedLatencyMs:
      failed + retries > 0 ? describeLatency(sampleHistogram(failed + retries, 0.8, random)) : null,
    histogram: encodeHistogram(histogram),
  }
}

/** The seconds of a run; their requests add up to `requests`. */
export function makeSeries(
  requests: number,
  wallSeconds: number,
  threads: number,
  meanMs: number,
  options: ExampleOptions,
  random: () => number,
): Second[] {
  const seconds = Math.max(1, Math.ceil(wallSeconds))
  let left = requests
  return Array.from({ length: seconds }, (_, second) => {
    const down = options.withFaults && second > seconds * 0.3 && second < seconds * 0.45
    const share = Math.min(1, wallSeconds - second) / wallSeconds
    const last = second === seconds - 1
    const completed = last
      ? left
      : Math.min(left, Math.round(requests * share * (1 + 0.08 * (random() - 0.5))))
    left -= completed
    const level = Math.round(Math.min(1, (second + 1) / 3) * (threads * 1.7 + 30 * random()))
    const depth = down ? level + 400 : level
    return {
      second,
      completed,
      errors: down ? Math.round(4 * random()) : 0,
      inFlight: threads,
      p50Ms: meanMs * (0.85 + 0.1 * random()),
      p99Ms: meanMs * (2.2 + 1.3 * random()) * (down ? 3 : 1),
      queueDepth: depth,
      eventsWaiting: options.withFaults ? depth * 9 : null,
      replicas: options.withFaults
        ? { 'rides-api': 1, 'rides-writer': down ? 0 : second > seconds * 0.45 ? 3 : 1 }
        : {},
    }
  })
}

/** Latencies: log-normal with a heavy upper end, as latencies of a queueing system are. */
export function sampleHistogram(count: number, meanMs: number, random: () => number): Histogram {
  const histogram = new Histogram()
  for (let index = 0; index < count; index++) {
    const gauss = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
    const stall = random() < 0.002 ? 6 : 1
    histogram.record(meanMs * 1000 * Math.exp(0.35 * gauss - 0.06) * stall)
  }
  return histogram
}

/** mulberry32: a small generator with a seed, so that the example never changes. */
export function makeRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
