import { Histogram } from '../histogram/histogram.ts'
import { encodeHistogram, type SparseHistogram } from '../histogram/sparse-histogram.ts'
import { OperationTally } from './operation-tally.ts'

/** One second of one worker, operations by number. Merging the workers' reports is adding. */
export interface SecondReport {
  second: number
  inFlight: number
  activeThreads: number
  dropped: number
  eventLoopUtilization: number
  operations: {
    completed: number
    errors: number
    latency: SparseHistogram
    failedLatency: SparseHistogram
  }[]
}

interface CurrentSecond {
  completed: number
  errors: number
  latency: Histogram
  failedLatency: Histogram
}

/**
 * Everything a worker measures of its requests. Latencies live in one histogram pair per operation for the
 * current second only; when the second is over it is handed on in sparse form and emptied, so that a long run
 * needs no more memory here than a short one, and totals are sums of seconds.
 */
export class Recorder {
  readonly measured: OperationTally[]
  readonly unmeasured: OperationTally[]
  inFlight = 0
  activeThreads = 0
  dropped = 0
  #seconds: CurrentSecond[]
  #report: (report: SecondReport) => void
  #utilization: () => number
  #originMs = Infinity
  #second = 0
  #secondEndMs = Infinity

  /** `utilization` yields the event-loop utilisation since its last call; `report` gets each finished second. */
  constructor(operations: number, utilization: () => number, report: (report: SecondReport) => void) {
    const tallies = () => Array.from({ length: operations }, () => new OperationTally())
    this.measured = tallies()
    this.unmeasured = tallies()
    this.#utilization = utilization
    this.#report = report
    this.#seconds = Array.from({ length: operations }, () => ({
      completed: 0,
      errors: 0,
      latency: new Histogram(),
      failedLatency: new Histogram(),
    }))
  }

  /** Begins second 0 at `originMs` of `performance.now()`; later calls change nothing. */
  beginSeries(originMs: number): void {
    if (this.#originMs !== Infinity) return
    this.#originMs = originMs
    this.#secondEndMs = originMs + 1_000
    this.#utilization()
  }

  /** Latency of one measured attempt that ended at `endMs`. */
  latency(operation: number, ok: boolean, latencyMs: number, endMs: number): void {
    if (endMs >= this.#secondEndMs) this.finishSeconds(endMs)
    const second = this.#seconds[operation] as CurrentSecond
    if (ok) second.latency.record(latencyMs * 1_000)
    else second.failedLatency.record(latencyMs * 1_000)
  }

  /** Final outcome of a measured request, in the second of its last attempt. */
  completed(operation: number, ok: boolean): void {
    const second = this.#seconds[operation] as CurrentSecond
    second.completed++
    if (!ok) second.errors++
  }

  /** Reports the seconds that are over at `nowMs`; called by a timer too, for seconds in which nothing ends. */
  finishSeconds(nowMs: number): void {
    while (nowMs >= this.#secondEndMs) {
      this.#finishSecond()
      this.#second++
      // From the origin, never by adding 1000: the boundaries of all workers must be the very same doubles.
      this.#secondEndMs = this.#originMs + (this.#second + 1) * 1_000
    }
  }

  /** Reports the last, incomplete second. */
  finish(nowMs: number): void {
    this.finishSeconds(nowMs)
    if (this.#originMs !== Infinity) this.#finishSecond()
    this.#secondEndMs = Infinity
  }

  #finishSecond(): void {
    this.#report({
      second: this.#second,
      inFlight: this.inFlight,
      activeThreads: this.activeThreads,
      dropped: this.dropped,
      eventLoopUtilization: this.#utilization(),
      operations: this.#seconds.map(({ completed, errors, latency, failedLatency }) => ({
        completed,
        errors,
        latency: encodeHistogram(latency),
        failedLatency: encodeHistogram(failedLatency),
      })),
    })
    this.dropped = 0
    for (const second of this.#seconds) {
      second.completed = 0
      second.errors = 0
      second.latency.clear()
      second.failedLatency.clear()
    }
  }
}
