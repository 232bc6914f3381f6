import { type ClientRequest, request } from 'node:http'
import { DependencyUnavailable } from '@chairlift/kit/errors/dependency-unavailable.ts'
import type { Logger } from '@chairlift/kit/log/logger.ts'
import { LineSocket, lineProtocol } from './line-socket.ts'

export interface PeerOptions {
  /** Shown in logs and errors, e.g. orders-3. */
  name: string
  /** http:// address of the process. */
  url: string
  /** A new connection; what was sent over an earlier one is gone. */
  onOpen?: () => void
  /** A message that answers no request. */
  onPush?: (message: Record<string, unknown>) => void
  onLost?: () => void
  log: Logger
}

interface Pending {
  resolve: (answer: Record<string, unknown>) => void
  reject: (error: Error) => void
  timer: NodeJS.Timeout
}

/** The other side sends something at least this often (ms). */
export const beatMs = 200
const watchMs = 250
/**
 * Looks without a sign of life after which a peer counts as hung: about 2 s. Shorter than that, a replica whose disk
 * takes a second to flush would be left for another one with the same disk, and the retries would keep it busy.
 */
const quietLooks = 8
const dialTimeoutMs = 1_000
const retryFirstMs = 50
const retryLongestMs = 500

/**
 * A connection to another process of the store that comes back by itself. A peer that is silent counts as dead
 * (TOY-D11): its requests fail at once, so that whoever asked can ask somebody else.
 */
export class Peer {
  readonly #options: PeerOptions
  readonly #pending = new Map<number, Pending>()
  #lines: LineSocket | undefined
  #dialling: ClientRequest | undefined
  #nextId = 1
  #retryMs = retryFirstMs
  #timer: NodeJS.Timeout | undefined
  #watch: NodeJS.Timeout
  #quiet = 0
  #closed = false

  constructor(options: PeerOptions) {
    this.#options = options
    // Looks are counted, not milliseconds: a stall of this process is not taken for silence of the other.
    this.#watch = setInterval(() => this.#look(), watchMs)
    this.#dial()
  }

  get open(): boolean {
    return this.#lines !== undefined
  }

  /**
   * @throws DependencyUnavailable when there is no connection, it breaks, or no answer comes in time; except in
   * the first case the outcome is unknown
   */
  request(message: object, timeoutMs: number): Promise<Record<string, unknown>> {
    const lines = this.#lines
    if (!lines) return Promise.reject(this.#unavailable('not connected', false))
    return new Promise((resolve, reject) => {
      const id = this.#nextId++
      const timer = setTimeout(() => {
        this.#pending.delete(id)
        reject(this.#unavailable('no answer in time', true))
      }, timeoutMs)
      this.#pending.set(id, { resolve, reject, timer })
      lines.send({ id, ...message })
    })
  }

  /** Sends what wants no answer; nothing happens without a connection. */
  send(message: object): void {
    this.#lines?.send(message)
  }

  close(): void {
    this.#closed = true
    clearInterval(this.#watch)
    clearTimeout(this.#timer)
    this.#dialling?.destroy()
    this.#lines?.close('stopping')
  }

  #dial(): void {
    const dialling = request(new URL('/lines', this.#options.url), {
      headers: { Connection: 'Upgrade', Upgrade: lineProtocol },
      agent: false,
      timeout: dialTimeoutMs,
    })
    this.#dialling = dialling
    dialling.on('upgrade', (_response, socket, head) => this.#onUpgrade(socket, head))
    dialling.on('timeout', () => dialling.destroy(new Error('no answer in time')))
    dialling.on('response', (response) => {
      response.resume()
      dialling.destroy(new Error(`answered ${response.statusCode}`))
    })
    dialling.on('error', () => this.#later())
    dialling.end()
  }

  #onUpgrade(socket: import('node:net').Socket, head: Buffer): void {
    socket.setTimeout(0)
    socket.setNoDelay(true)
    this.#quiet = 0
    this.#retryMs = retryFirstMs
    this.#lines = new LineSocket(
      socket,
      {
        message: (message) => this.#onMessage(message as Record<string, unknown>),
        closed: (reason) => this.#onClosed(reason),
      },
      head,
    )
    this.#options.log.info({ peer: this.#options.name }, 'connected to peer')
    this.#options.onOpen?.()
  }

  #onMessage(message: Record<string, unknown>): void {
    this.#quiet = 0
    const { id, error } = message
    if (typeof id !== 'number') return this.#options.onPush?.(message)
    const pending = this.#pending.get(id)
    if (!pending) return
    this.#pending.delete(id)
    clearTimeout(pending.timer)
    if (typeof error === 'string')
      pending.reject(this.#unavailable(error, message['outcomeUnknown'] === true))
    else pending.resolve(message)
  }

  #onClosed(reason: string): void {
    this.#lines = undefined
    if (!this.#closed) this.#options.log.warn({ peer: this.#options.name, reason }, 'connection to peer lost')
    const pending = [...this.#pending.values()]
    this.#pending.clear()
    this.#options.onLost?.()
    for (const { timer, reject } of pending) {
      clearTimeout(timer)
      reject(this.#unavailable(reason, true))
    }
    this.#later()
  }

  #look(): void {
    if (!this.#lines) return
    this.#quiet++
    if (this.#quiet > quietLooks) this.#lines.close('silent')
  }

  #later(): void {
    if (this.#closed || this.#lines) return
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#dial(), this.#retryMs)
    this.#retryMs = Math.min(this.#retryMs * 2, retryLongestMs)
  }

  #unavailable(reason: string, outcomeUnknown: boolean): DependencyUnavailable {
    return new DependencyUnavailable(this.#options.name, reason, { outcomeUnknown })
  }
}
