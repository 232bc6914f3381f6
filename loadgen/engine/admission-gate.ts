import { ThroughputBreaker } from './throughput-breaker.ts'
import { TokenBucket } from './token-bucket.ts'
import type { Limiter } from './types.ts'

/** Decides when a request may be sent. Pure in its calls: all times are given, in milliseconds. */
export interface AdmissionPolicy {
  /** May a request that has waited since `waitingSinceMs` be sent now? True takes the admission. */
  admits(nowMs: number, waitingSinceMs: number): boolean
  /** One request has its final outcome. True when waiting requests may be admitted now. */
  completed(nowMs: number): boolean
  /** After a refusal: the earliest time at which the answer can change without a completion. */
  nextCheckMs(): number
}

/** A thread as the gate sees it. */
export interface Waiting {
  waitingSinceMs: number
  admitted(): void
}

/** The timers and the clock the gate needs; the real ones are `globalThis` and `performance`. */
export interface GateClock {
  nowMs(): number
  /** Calls back once, after at least `delayMs`; returns the cancellation. */
  after(delayMs: number, callback: () => void): () => void
}

/**
 * Parks threads until the policy admits them, first come, first served. However many are parked there is one
 * timer and no polling, so a closed gate costs no CPU time (RID-D8).
 */
export class AdmissionGate {
  readonly policy: AdmissionPolicy
  #clock: GateClock
  #parked: Waiting[] = []
  #cancelTimer: (() => void) | undefined

  constructor(policy: AdmissionPolicy, clock: GateClock) {
    this.policy = policy
    this.#clock = clock
  }

  /** True: go on at once. False: the thread is parked and will be `admitted`. */
  enter(thread: Waiting): boolean {
    const nowMs = this.#clock.nowMs()
    if (this.#parked.length === 0 && this.policy.admits(nowMs, nowMs)) return true
    thread.waitingSinceMs = nowMs
    this.#parked.push(thread)
    this.#arm(nowMs)
    return false
  }

  /** Must be told of every request that ended, before its thread enters again. */
  completed(): void {
    const mayAdmit = this.policy.completed(this.#clock.nowMs())
    if (mayAdmit && this.#parked.length > 0) this.#release()
  }

  /** Forgets the parked threads, which are then never admitted. */
  close(): void {
    this.#cancelTimer?.()
    this.#cancelTimer = undefined
    this.#parked = []
  }

  #release(): void {
    const nowMs = this.#clock.nowMs()
    let released = 0
    for (; released < this.#parked.length; released++) {
      const thread = this.#parked[released] as Waiting
      if (!this.policy.admits(nowMs, thread.waitingSinceMs)) break
    }
    // Taken out first: an admitted thread may come back and park before the next one is told.
    const admitted = this.#parked.splice(0, released)
    if (this.#parked.length > 0) this.#arm(nowMs)
    for (const thread of admitted) thread.admitted()
  }

  /** A timer that is armed already is early enough: checks only ever move to later. */
  #arm(nowMs: number): void {
    this.#cancelTimer ??= this.#clock.after(Math.max(0, this.policy.nextCheckMs() - nowMs), () => {
      this.#cancelTimer = undefined
      this.#release()
    })
  }
}

/** The policy a plan asks for, beginning now. */
export function createPolicy(limiter: Limiter, nowMs: number): AdmissionPolicy {
  return limiter.kind === 'breaker' ? new ThroughputBreaker(limiter, nowMs) : new TokenBucket(limiter, nowMs)
}

/** The gate clock of a running process. */
export const gateClock: GateClock = {
  nowMs: () => performance.now(),
  after: (delayMs, callback) => {
    // Rounded up and one more: Node fires at whole milliseconds of its loop time, which may be just too early.
    const timer = setTimeout(callback, Math.ceil(delayMs) + 1)
    return () => clearTimeout(timer)
  },
}
