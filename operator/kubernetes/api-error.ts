/** The API server refused a call: its HTTP status, and the reason and sentence of its Status object. */
export class ApiError extends Error {
  readonly status: number
  /** Machine-readable, e.g. `NotFound`, `Conflict`, `AlreadyExists`; empty when the answer was no Status object. */
  readonly reason: string

  constructor(call: string, status: number, body: string) {
    const parsed = readStatus(body)
    super(`${call}: ${status} ${parsed.message ?? body.slice(0, 200)}`)
    this.name = 'ApiError'
    this.status = status
    this.reason = parsed.reason ?? ''
  }
}

/** No answer came: connection refused or broken, or the deadline passed. Whether a write took effect is unknown. */
export class ApiUnreachable extends Error {
  constructor(call: string, cause: unknown) {
    super(`${call}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause })
    this.name = 'ApiUnreachable'
  }
}

/** A write was held back, because this process may not be the leader any more. */
export class NotLeader extends Error {
  constructor(call: string) {
    super(`${call}: not sent, this process does not hold the lease`)
    this.name = 'NotLeader'
  }
}

/** Whether the error says that the thing asked for is not there. */
export function isNotFound(error: unknown): boolean {
  return error instanceof ApiError && error.status === 404
}

/** Whether somebody else has written since the object was read (or created it first). */
export function isConflict(error: unknown): boolean {
  return error instanceof ApiError && error.status === 409
}

/** Proxies and broken servers answer HTML; a body that is no Status object is no reason to fail again. */
function readStatus(body: string): { message?: string; reason?: string } {
  try {
    const value = JSON.parse(body) as { message?: unknown; reason?: unknown } | null
    return {
      ...(typeof value?.message === 'string' && { message: value.message }),
      ...(typeof value?.reason === 'string' && { reason: value.reason }),
    }
  } catch {
    return {}
  }
}
