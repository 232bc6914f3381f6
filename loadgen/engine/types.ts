/**
 * The seam between what is measured (a workload), when it is sent (thread groups) and how (the engine).
 *
 * A *thread* is one closed-loop user with a keep-alive connection of its own. A group is a number of such
 * threads with the same work. An *item* is one unit of the workload (a ride, an album with its reviews); it
 * takes one or more *steps*, each one request. Item numbers are global to a run, so that whatever an item
 * contains can be computed again from the seed, in any worker and in the verification.
 */

/** When a group's threads start, relative to the run. */
export type GroupStart =
  | { kind: 'immediately'; delayMs?: number; rampMs?: number }
  /** As soon as `threads` threads of group `group` have done all their work, or `delayMs` later. */
  | { kind: 'afterDone'; group: string; threads: number; delayMs?: number; rampMs?: number }

/** How a group's items are handed to its threads. Item ranges of different groups must not overlap. */
export type GroupWork =
  /** Every thread works through `items` items of its own: thread k takes firstItem + k·items … */
  | { kind: 'each'; items: number }
  /** The group's threads take items from one common pool until `items` are gone. */
  | { kind: 'shared'; items: number }

/**
 * Arrivals of an open model come by the clock, not when a thread is free. An arrival is an item: its first
 * step is due at the scheduled time, further steps follow at once on the same connection.
 */
export interface OpenArrival {
  /** Items per second. */
  ratePerSecond: number
  distribution: 'constant' | 'poisson'
  /** Items beyond this many waiting or in flight are dropped and counted, never queued without bound. */
  maxInFlight: number
}

export interface ThreadGroup {
  name: string
  threads: number
  firstItem: number
  work: GroupWork
  start: GroupStart
  /** Unmeasured groups (warm-up) are counted and verified but do not enter histograms and throughput. */
  measured: boolean
  /** Present: its threads take no further item once all groups without this have ended (`items` is a bound then). */
  endsWithOthers?: true
  /** Closed loop: a thread waits for so long after an item, before its next. */
  thinkTimeMs?: number
  /** Present: the group is open-loop over `threads` connections and latency counts from the intended start. */
  open?: OpenArrival
}

/** Final outcome of a request after its retries; the low bits of a ledger byte. */
export const outcome = { unsent: 0, ok: 1, rejected: 2, ambiguous: 3 } as const
/** Ledger flag: at least one attempt ended in a 5xx, a time-out or a reset, so it may have had its effect. */
export const ledgerHadAmbiguousAttempt = 4

export interface WorkloadContext {
  parameters: Record<string, unknown>
  /** Shared memory made by the caller, for example expected values or captured results. */
  shared: Record<string, SharedArrayBuffer>
}

/** Lives inside a worker thread. Must be pure in (item, step): a retry sends the very same bytes. */
export interface Workload {
  /** Operation names by number, as in the OpenAPI document, for example ['writeNewLiftRide']. */
  readonly operations: readonly string[]
  /** Requests per item. */
  readonly steps: number
  /** The operation number of a step. */
  operation(step: number, item: number): number
  /** Method, path (with query), extra headers and body of a step. `thread` is the thread's number in the run. */
  request(item: number, step: number, thread: number): WorkloadRequest
  /**
   * True for a step that this item does without, known at the latest when the steps before it are done (an order
   * that depends on what was read). It is neither sent nor counted, and its ledger entry stays `unsent`.
   */
  skips?(item: number, step: number): boolean
  /** True when `received` wants the body of this step's answer (it costs a copy). */
  wantsBody?(step: number, item: number): boolean
  /** Called once per request with its final outcome. */
  received?(item: number, step: number, thread: number, status: number, body: Buffer | undefined): void
  /** A status that is no failure although it is not 2xx (for example 404 for a skier without rides). */
  accepts?(step: number, status: number, item: number): boolean
}

export interface WorkloadRequest {
  method: string
  path: string
  /** Extra header lines, each ending in \r\n; Host, Connection and Content-Length are the engine's. */
  headers?: string
  body?: string | Buffer
}

/** What a workload module must export (default export). */
export type CreateWorkload = (context: WorkloadContext) => Workload

export type Limiter =
  /** The reference client's throughput breaker: one event per completed request, 1 s check interval. */
  | { kind: 'breaker'; open: number; close: number }
  | { kind: 'token-bucket'; ratePerSecond: number; burst: number }

export interface RetryPolicy {
  /** Retries after the first attempt, 0–5. */
  limit: number
  /** `all`: every 4xx and 5xx at once (the course's rule). `transient`: not 400/404/409/413/422, with back-off. */
  mode: 'all' | 'transient'
}

export interface LoadPlan {
  /** Base URL, with an optional path prefix. http only on the raw engine. */
  target: string
  groups: ThreadGroup[]
  workload: {
    module: string
    parameters: Record<string, unknown>
    shared?: Record<string, SharedArrayBuffer>
  }
  retry: RetryPolicy
  limiter?: Limiter
  requestTimeoutMs: number
  /** How long an outage may last (nothing can be connected, so nothing was sent) before a request fails. */
  connectTimeoutMs: number
  workers: number
  engine: 'raw' | 'undici'
  /** One line per attempt is written here when given. */
  csvPath?: string
}
