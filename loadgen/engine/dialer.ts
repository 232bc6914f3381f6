import type { Connection } from './connection.ts'
import { reconnectDelayMs } from './retry-decision.ts'

export interface DialerContext {
  connectTimeoutMs: number
  /** A connection took `tookMs` to open; `again` when it replaces an earlier one of the same thread. */
  connected(tookMs: number, again: boolean): void
}

/** A try gets at least this long, even when the outage has already lasted for its limit. */
const shortestTryMs = 500

/**
 * Opens a connection and keeps trying while the outage is shorter than `connectTimeoutMs`. The outage counts
 * from its first failure, over all requests that meet it: once it has lasted too long, every further request
 * costs one delayed try, not the whole time-out again.
 */
export class Dialer {
  everConnected = false
  /** When the current try has lasted too long; the owner then closes the connection and calls `failed`. */
  deadlineMs = Infinity
  #connection: Connection
  #context: DialerContext
  #done: (connected: boolean) => void
  #openStartMs = 0
  #outageStartMs = Infinity
  #failures = 0
  #timer: NodeJS.Timeout | undefined

  /** `done` is called once for each `dial`. */
  constructor(connection: Connection, context: DialerContext, done: (connected: boolean) => void) {
    this.#connection = connection
    this.#context = context
    this.#done = done
  }

  dial(): void {
    if (this.#failures > 0) this.#openLater()
    else this.#open()
  }

  opened(): void {
    this.#context.connected(performance.now() - this.#openStartMs, this.everConnected)
    this.everConnected = true
    this.deadlineMs = Infinity
    this.#outageStartMs = Infinity
    this.#failures = 0
    this.#done(true)
  }

  failed(): void {
    this.deadlineMs = Infinity
    this.#failures++
    this.#outageStartMs = Math.min(this.#outageStartMs, this.#openStartMs)
    if (performance.now() - this.#outageStartMs < this.#context.connectTimeoutMs) this.#openLater()
    else this.#done(false)
  }

  /** Stops trying; `done` is not called. */
  cancel(): void {
    clearTimeout(this.#timer)
  }

  #open(): void {
    this.#openStartMs = performance.now()
    const outageStartMs = Math.min(this.#outageStartMs, this.#openStartMs)
    this.deadlineMs = Math.max(
      outageStartMs + this.#context.connectTimeoutMs,
      this.#openStartMs + shortestTryMs,
    )
    this.#connection.open()
  }

  #openLater(): void {
    this.#timer = setTimeout(() => this.#open(), reconnectDelayMs(this.#failures))
  }
}
