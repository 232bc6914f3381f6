import { DependencyUnavailable } from '../errors/dependency-unavailable.ts'
import type { Logger } from '../log/logger.ts'
import type { Metrics } from '../metrics/metrics.ts'
import { BreakerDecision, type BreakerRules, type BreakerState } from './breaker-state.ts'

export interface CircuitBreakerOptions extends BreakerRules {
  /** What is called, for the log and the label `breaker`, e.g. `reviews`. */
  name: string
  /** False for errors that say nothing about the dependency, such as a full window of our own. */
  isFailure?(error: unknown): boolean
  log: Logger
  measures: BreakerMeasures
}

export interface CircuitBreaker {
  /**
   * Makes the call unless the breaker is open.
   * @throws DependencyUnavailable at once while it is open; else whatever the call throws
   */
  call<T>(make: () => Promise<T>): Promise<T>
  readonly state: BreakerState
}

export type BreakerMeasures = ReturnType<typeof createBreakerMeasures>

const stateNumber = { closed: 0, 'half-open': 1, open: 2 } as const

/** The metrics of all breakers of a process. */
export function createBreakerMeasures(metrics: Metrics) {
  return {
    state: metrics.gauge('chairlift_breaker_state', '0 closed, 1 half-open, 2 open.', ['breaker']),
    transitions: metrics.counter('chairlift_breaker_transitions_total', 'Changes of state, by the new one.', [
      'breaker',
      'state',
    ]),
  }
}

/** A circuit breaker around calls to a dependency; see BreakerDecision for its rules. */
export function createCircuitBreaker(options: CircuitBreakerOptions): CircuitBreaker {
  const { name, log, measures } = options
  const isFailure = options.isFailure ?? (() => true)
  const decision = new BreakerDecision(options)
  let reported: BreakerState = 'closed'
  measures.state.labels(name).set(stateNumber.closed)

  const report = () => {
    const { state } = decision
    if (state === reported) return
    reported = state
    measures.state.labels(name).set(stateNumber[state])
    measures.transitions.labels(name, state).inc()
    log.warn({ breaker: name, state }, 'circuit breaker changed')
  }

  return {
    get state() {
      return decision.state
    },
    async call(make) {
      const generation = decision.enter(performance.now())
      report()
      if (generation === undefined)
        throw new DependencyUnavailable(name, 'the circuit breaker is open', {
          retryAfterSeconds: Math.max(1, Math.ceil(options.probeMs / 1_000)),
        })
      try {
        const result = await make()
        decision.succeeded(generation)
        return result
      } catch (error) {
        // A probe must have an end: an error that blames nobody counts as a success of the dependency.
        if (isFailure(error)) decision.failed(generation, performance.now())
        else decision.succeeded(generation)
        throw error
      } finally {
        report()
      }
    },
  }
}
