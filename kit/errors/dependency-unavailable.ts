/**
 * A server this process needs (database, broker, cache) cannot be used now. Nothing is known to be wrong with
 * the request itself; over HTTP this is a 503 with Retry-After.
 */
export class DependencyUnavailable extends Error {
  readonly dependency: string
  /** True when the effect may or may not have happened, so that only an idempotent retry is safe. */
  readonly outcomeUnknown: boolean
  readonly retryAfterSeconds: number

  constructor(
    dependency: string,
    message: string,
    options: { cause?: unknown; outcomeUnknown?: boolean; retryAfterSeconds?: number } = {},
  ) {
    super(`${dependency}: ${message}`, { cause: options.cause })
    this.name = 'DependencyUnavailable'
    this.dependency = dependency
    this.outcomeUnknown = options.outcomeUnknown ?? false
    this.retryAfterSeconds = options.retryAfterSeconds ?? 1
  }
}
