import type { AdmissionPolicy } from './admission-gate.ts'

/**
 * A token bucket in its virtual-scheduling form (generic cell rate algorithm, ITU-T I.371 annex A): instead of
 * counting tokens it keeps the moment at which the next request is due at the steady rate.
 *
 * A request that waited is charged from when it began to wait, not from when a late timer released it, so the
 * mean rate is exact although timers tick in milliseconds.
 */
export class TokenBucket implements AdmissionPolicy {
  #intervalMs: number
  #toleranceMs: number
  #dueMs: number

  /** `ratePerSecond` > 0 requests, of which `burst` ≥ 1 may come at once after a pause. */
  constructor(limit: { ratePerSecond: number; burst: number }, nowMs: number) {
    this.#intervalMs = 1_000 / limit.ratePerSecond
    this.#toleranceMs = (limit.burst - 1) * this.#intervalMs
    this.#dueMs = nowMs
  }

  admits(nowMs: number, waitingSinceMs: number): boolean {
    if (nowMs < this.nextCheckMs()) return false
    this.#dueMs = Math.max(this.#dueMs, waitingSinceMs) + this.#intervalMs
    return true
  }

  completed(): boolean {
    return false
  }

  nextCheckMs(): number {
    return this.#dueMs - this.#toleranceMs
  }
}
