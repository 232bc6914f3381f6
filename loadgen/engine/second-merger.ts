import { Histogram } from '../histogram/histogram.ts'
import { encodeHistogram, mergeSparse, type SparseHistogram } from '../histogram/sparse-histogram.ts'
import type { SecondSample } from './load-outcome.ts'
import type { SecondReport } from './recorder.ts'

/** Latencies of one operation over the whole measured part. */
export interface LatencyTotals {
  latency: Histogram
  failedLatency: Histogram
}

/**
 * Puts the workers' seconds together. A second is complete when all workers have reported it; totals are the
 * sums of the seconds, which is exact because histograms merge exactly.
 */
export class SecondMerger {
  readonly seconds: SecondSample[] = []
  readonly totals: Map<string, LatencyTotals>
  #operations: readonly string[]
  #workers: number
  #reports = new Map<number, SecondReport[]>()
  #onSecond: (sample: SecondSample) => void

  constructor(operations: readonly string[], workers: number, onSecond: (sample: SecondSample) => void) {
    this.#operations = operations
    this.#workers = workers
    this.#onSecond = onSecond
    this.totals = new Map(
      operations.map((name) => [name, { latency: new Histogram(), failedLatency: new Histogram() }]),
    )
  }

  add(report: SecondReport): void {
    const reports = this.#reports.get(report.second) ?? []
    reports.push(report)
    this.#reports.set(report.second, reports)
    if (reports.length === this.#workers) this.#complete(report.second, reports)
  }

  /** Completes the seconds that some workers did not live to see. */
  finish(): void {
    for (const second of [...this.#reports.keys()].sort((a, b) => a - b)) {
      this.#complete(second, this.#reports.get(second) ?? [])
    }
  }

  #complete(second: number, reports: SecondReport[]): void {
    this.#reports.delete(second)
    const sample: SecondSample = {
      second,
      completed: 0,
      errors: 0,
      inFlight: 0,
      activeThreads: 0,
      dropped: 0,
      eventLoopUtilization: 0,
      operations: {},
    }
    for (const report of reports) {
      sample.inFlight += report.inFlight
      sample.activeThreads += report.activeThreads
      sample.dropped += report.dropped
      sample.eventLoopUtilization = Math.max(sample.eventLoopUtilization, report.eventLoopUtilization)
    }
    for (const [number, name] of this.#operations.entries()) {
      const parts = reports.flatMap((report) => report.operations[number] ?? [])
      const completed = parts.reduce((sum, part) => sum + part.completed, 0)
      const errors = parts.reduce((sum, part) => sum + part.errors, 0)
      const latency = mergeAll(parts.map((part) => part.latency))
      const failedLatency = mergeAll(parts.map((part) => part.failedLatency))
      sample.completed += completed
      sample.errors += errors
      sample.operations[name] = { completed, errors, latency, failedLatency }
      const totals = this.totals.get(name) as LatencyTotals
      mergeSparse(totals.latency, latency)
      mergeSparse(totals.failedLatency, failedLatency)
    }
    this.seconds.push(sample)
    this.#onSecond(sample)
  }
}

function mergeAll(parts: SparseHistogram[]): SparseHistogram {
  if (parts.length === 1) return parts[0] as SparseHistogram
  const merged = new Histogram()
  for (const part of parts) mergeSparse(merged, part)
  return encodeHistogram(merged)
}
