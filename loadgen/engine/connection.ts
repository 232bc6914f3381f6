import type { WorkloadRequest } from './types.ts'

/** What a connection reports of one complete response. Valid only during the `answered` call. */
export interface Answer {
  readonly status: number
  /** The body, when it was wanted. */
  readonly body: Buffer | undefined
  /** The raw Retry-After header. */
  readonly retryAfter: string | undefined
}

/**
 * One HTTP/1.1 keep-alive connection with at most one request in flight: the seam between the scheduling core
 * and the two clients. No promises and no events per request; a `send` is followed by exactly one `answered`
 * or `broke`, unless `close` comes first.
 */
export interface Connection {
  /** True from `opened` until the connection is lost, closed or about to be closed by the server. */
  readonly usable: boolean
  /** Opens the connection anew; followed by exactly one `opened` or `openFailed`, unless `close` comes first. */
  open(): void
  /** Sends one request. Only while usable and nothing is in flight. */
  send(request: WorkloadRequest, wantsBody: boolean): void
  /** Drops the connection at once and silently. It may be opened again. */
  close(): void
}

/** The owner of a connection. */
export interface ConnectionOwner {
  opened(): void
  /** Nothing was sent. `reason` is an error code such as ECONNREFUSED. */
  openFailed(reason: string): void
  answered(answer: Answer): void
  /** The request in flight got no complete answer: reset, closed early or malformed. */
  broke(reason: string): void
}
