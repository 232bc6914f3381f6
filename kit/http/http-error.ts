import { DependencyUnavailable } from '../errors/dependency-unavailable.ts'

/**
 * The closed set of errors an HTTP interface answers, with their status. docs/reference/errors.md lists each
 * one with its meaning; a test compares the two.
 */
export const errorCatalogue = {
  invalid_input: 400,
  malformed_request: 400,
  not_found: 404,
  method_not_allowed: 405,
  request_timeout: 408,
  conflict: 409,
  payload_too_large: 413,
  unsupported_media_type: 415,
  range_not_satisfiable: 416,
  header_too_large: 431,
  internal: 500,
  overloaded: 503,
  unavailable: 503,
  outcome_unknown: 503,
} as const

export type ErrorCode = keyof typeof errorCatalogue

/** An error with a place in the {@link errorCatalogue}; `message` is shown to the client. */
export class HttpError extends Error {
  readonly code: ErrorCode
  readonly status: number
  readonly retryAfterSeconds: number | undefined
  readonly headers: Record<string, string>

  constructor(
    code: ErrorCode,
    message: string,
    options: { cause?: unknown; retryAfterSeconds?: number; headers?: Record<string, string> } = {},
  ) {
    super(message, { cause: options.cause })
    this.name = 'HttpError'
    this.code = code
    this.status = errorCatalogue[code]
    this.retryAfterSeconds = options.retryAfterSeconds
    this.headers = options.headers ?? {}
  }
}

/** How an interface words its errors: the body and its media type. */
export type RenderError = (error: HttpError) => { contentType: string; body: string }

/** RFC 9457 problem details, the default of interfaces without an error shape of their own. */
export const renderProblem: RenderError = (error) => ({
  contentType: 'application/problem+json',
  body: JSON.stringify({
    type: `urn:chairlift:error:${error.code}`,
    title: error.code.replaceAll('_', ' '),
    status: error.status,
    detail: error.message,
  }),
})

/** Gives any thrown value its place in the catalogue; what nobody foresaw becomes `internal`. */
export function toHttpError(error: unknown): HttpError {
  if (error instanceof HttpError) return error
  if (error instanceof DependencyUnavailable) {
    const code = error.outcomeUnknown ? 'outcome_unknown' : 'unavailable'
    const message = error.outcomeUnknown
      ? 'temporarily unavailable, the outcome is unknown; retry with the same Idempotency-Key'
      : 'temporarily unavailable'
    return new HttpError(code, message, { cause: error, retryAfterSeconds: error.retryAfterSeconds })
  }
  // The router's own error: a path parameter that is not valid percent-encoding.
  if (error instanceof URIError && 'status' in error)
    return new HttpError('malformed_request', 'malformed path', { cause: error })
  return new HttpError('internal', 'internal error', { cause: error })
}
