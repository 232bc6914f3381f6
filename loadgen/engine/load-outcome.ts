import type { Histogram } from '../histogram/histogram.ts'
import type { SparseHistogram } from '../histogram/sparse-histogram.ts'
import type { Ledger } from './ledger.ts'

/** Requests and attempts of one operation. `attempts` = `count` − `unsent` + `retries` = Σ `byStatus`. */
export interface OperationCounts {
  /** Requests with a final outcome; `ok` + `failed`. */
  count: number
  ok: number
  failed: number
  /** Failed requests of which no attempt was sent, because nothing could be connected. */
  unsent: number
  retries: number
  attempts: number
  /** Attempts by status; '0' stands for attempts without a complete answer. */
  byStatus: Record<string, number>
  /** Why attempts had no answer: 'timeout', 'ECONNRESET', 'closed', 'malformed', 'aborted', … */
  noAnswer: Record<string, number>
}

export interface OperationOutcome extends OperationCounts {
  /** Latency of the attempts that succeeded: from just before the write to the end of the response. */
  latency: Histogram
  /** Latency of all other attempts, never mixed with those that succeeded. */
  failedLatency: Histogram
}

/** One second of the measured part; second 0 begins when the first measured thread starts. */
export interface SecondSample {
  second: number
  /** Requests that got their final outcome in this second, and how many of them failed. */
  completed: number
  errors: number
  /** At the end of the second. */
  inFlight: number
  activeThreads: number
  /** Open-model arrivals dropped in this second because too many were in flight. */
  dropped: number
  /** Event-loop utilisation 0 … 1 of the busiest worker. */
  eventLoopUtilization: number
  operations: Record<
    string,
    { completed: number; errors: number; latency: SparseHistogram; failedLatency: SparseHistogram }
  >
}

export interface GroupOutcome {
  name: string
  threads: number
  measured: boolean
  /** Seconds after the start of the first measured group (negative for a warm-up); null when never started. */
  startedSecond: number | null
  endedSecond: number | null
  /** Open model: arrivals that were due, and those dropped because `maxInFlight` was reached. */
  scheduled: number
  dropped: number
}

/** The seconds in which every thread of the largest measured group was active. */
export interface Plateau {
  group: string
  fromSecond: number
  /** Exclusive. */
  toSecond: number
  /** Completed requests per second. */
  throughput: number
}

/** N = X · R over the measured closed groups; time the plan itself asked to wait is taken out of both sides. */
export interface LittlesLaw {
  /** Σ over threads of the time from start to end, in seconds. */
  threadSeconds: number
  /** Σ of the latencies of all attempts. */
  requestSeconds: number
  /** Parked by a limiter, backing off or connecting. */
  pausedSeconds: number
  /** |N − X·R| / N: the share of thread time spent inside the client; NaN without closed groups. */
  gap: number
}

/** What tells whether the generator, not the target, set the figures. */
export interface ValidityInputs {
  eventLoopUtilizationMax: number
  /** Open model: how late arrivals were issued. Empty in closed runs. */
  scheduleLag: Histogram
  gc: { count: number; totalMs: number; longestMs: number }
  connections: number
  reconnects: number
  connectTime: Histogram
  /** User and system time of the whole process while the run lasted. */
  cpuSeconds: { user: number; system: number }
  /** The highest resident set size seen at the end of a second, in bytes. */
  residentBytesMax: number
  littlesLaw: LittlesLaw
  /** CFS throttling of this cgroup while the run lasted; null when the kernel does not tell. */
  throttled: { periods: number; seconds: number } | null
  /** Closed-loop threads that were free and had no item to send (RID-I8). */
  waitsForItem: number
}

export interface LoadOutcome {
  /** Start of the measured part, ISO 8601. */
  startedAt: string
  finishedAt: string
  aborted: boolean
  /** From just before the first measured thread starts to the end of the last measured thread. */
  wallSeconds: number
  /** The same over all groups, warm-up included. */
  totalWallSeconds: number
  /** Completed measured requests, and the successful ones, over `wallSeconds`. */
  throughput: { all: number; ok: number }
  plateau: Plateau | null
  /** Measured groups. */
  operations: Record<string, OperationOutcome>
  /** Groups that are not measured. */
  unmeasured: Record<string, OperationCounts>
  seconds: SecondSample[]
  groups: GroupOutcome[]
  ledger: Ledger
  validity: ValidityInputs
}
