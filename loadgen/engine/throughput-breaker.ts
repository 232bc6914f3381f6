import type { AdmissionPolicy } from './admission-gate.ts'

const checkIntervalMs = 1_000
/** An interval ends *after* one second, not at it. */
const strictlyLaterMs = 0.001

/**
 * The reference client's throughput breaker: a count of completed requests per interval of one second, with
 * two thresholds. The five transition rules are those of the reference library's EventCountCircuitBreaker:
 *
 * 1. The event is one completed request, whatever its status.
 * 2. A call more than one second after the start of the interval begins a new interval with its own events as
 *    the count; an earlier call adds to the count. (Calls that only ask add 0.)
 * 3. Closed → open when the count of the current interval exceeds `open`.
 * 4. Open → closed only when a call begins a new interval and the finished one counted less than `close`.
 * 5. Every transition begins a new interval with count 0.
 *
 * Times are milliseconds of any monotonic clock, given with each call.
 */
export class ThroughputBreaker implements AdmissionPolicy {
  isOpen = false
  /** Closed → open transitions so far. */
  trips = 0
  #openAbove: number
  #closeBelow: number
  #intervalStartMs: number
  #count = 0

  constructor(thresholds: { open: number; close: number }, nowMs: number) {
    this.#openAbove = thresholds.open
    this.#closeBelow = thresholds.close
    this.#intervalStartMs = nowMs
  }

  admits(nowMs: number): boolean {
    return this.#check(0, nowMs)
  }

  completed(nowMs: number): boolean {
    return this.#check(1, nowMs)
  }

  /** While open, nothing can change before the first moment at which a call would begin a new interval. */
  nextCheckMs(): number {
    return this.#intervalStartMs + checkIntervalMs + strictlyLaterMs
  }

  /** Adds `events` and returns whether the breaker is closed afterwards. */
  #check(events: number, nowMs: number): boolean {
    const rollsOver = nowMs - this.#intervalStartMs > checkIntervalMs
    const finishedCount = this.#count
    if (rollsOver) {
      this.#intervalStartMs = nowMs
      this.#count = events
    } else this.#count += events
    const changes = this.isOpen
      ? rollsOver && finishedCount < this.#closeBelow
      : this.#count > this.#openAbove
    if (changes) {
      this.isOpen = !this.isOpen
      if (this.isOpen) this.trips++
      this.#intervalStartMs = nowMs
      this.#count = 0
    }
    return !this.isOpen
  }
}
