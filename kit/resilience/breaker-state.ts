export type BreakerState = 'closed' | 'half-open' | 'open'

/** What the decision of a circuit breaker depends on. */
export interface BreakerRules {
  /** Consecutive failures after which it opens. */
  failures: number
  /** How long it stays open before one call may try (ms). */
  probeMs: number
}

/**
 * The decisions of a circuit breaker, apart from clock and calls.
 *
 * Closed: calls pass. Open after `failures` consecutive failures: calls are refused. `probeMs` later one call may
 * pass as a probe (half-open); its success closes the breaker, its failure opens it again. Outcomes of calls
 * begun before the state last changed say nothing about now and are ignored, unless the breaker is closed.
 */
export class BreakerDecision {
  readonly #rules: BreakerRules
  #state: BreakerState = 'closed'
  #consecutiveFailures = 0
  #openedAtMs = 0
  #generation = 0

  constructor(rules: BreakerRules) {
    this.#rules = rules
  }

  get state(): BreakerState {
    return this.#state
  }

  /** Asks to make a call. @returns the call's generation, to be given back with its outcome; undefined: refused */
  enter(nowMs: number): number | undefined {
    if (this.#state === 'half-open') return undefined
    if (this.#state === 'open') {
      if (nowMs - this.#openedAtMs < this.#rules.probeMs) return undefined
      this.#change('half-open')
    }
    return this.#generation
  }

  /** A call has succeeded. */
  succeeded(generation: number): void {
    if (generation !== this.#generation) return
    this.#consecutiveFailures = 0
    if (this.#state === 'half-open') this.#change('closed')
  }

  /** A call has failed. */
  failed(generation: number, nowMs: number): void {
    if (generation !== this.#generation) return
    this.#consecutiveFailures++
    if (this.#state === 'closed' && this.#consecutiveFailures < this.#rules.failures) return
    this.#openedAtMs = nowMs
    this.#change('open')
  }

  #change(next: BreakerState): void {
    this.#state = next
    this.#consecutiveFailures = 0
    this.#generation++
  }
}
