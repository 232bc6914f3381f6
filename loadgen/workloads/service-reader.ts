import { setTimeout as delay } from 'node:timers/promises'
import { Pool } from 'undici'
import { TargetUnreachableError } from '../engine/run-load.ts'

/** An answer with its JSON body, or undefined for 404: nothing stored under that key. */
export type Reading = unknown | undefined

/** Attempts before a read is given up; with the waits between them about 30 s, longer than a broker's restart. */
const attempts = 60
const retryWaitMs = 500

/**
 * Reads a service the way a checker must: through faults that pass (restarts, 5xx), and loud about all else.
 */
export class ServiceReader implements AsyncDisposable {
  readonly #pool: Pool
  readonly #origin: string
  readonly #prefix: string
  readonly #signal: AbortSignal | undefined

  /** @param target base URL, with an optional path prefix */
  constructor(target: string, signal?: AbortSignal) {
    const url = new URL(target)
    this.#origin = url.origin
    this.#prefix = url.pathname.replace(/\/$/, '')
    this.#pool = new Pool(url.origin, { connections: 16, pipelining: 1 })
    this.#signal = signal
  }

  /** @throws TargetUnreachableError when the first attempt finds nobody listening */
  async ping(path: string): Promise<void> {
    try {
      await this.#readOnce(path)
    } catch (error) {
      throw new TargetUnreachableError(`${this.#origin} does not answer: ${describeError(error)}`, {
        cause: error,
      })
    }
  }

  /**
   * @returns the JSON body, undefined for 404
   * @throws Error for another 4xx, or when the service does not recover
   */
  async read(path: string, headers: Record<string, string> = {}): Promise<Reading> {
    const body = await this.readBytes(path, headers)
    return body === undefined ? undefined : JSON.parse(body.toString('utf8'))
  }

  /** As {@link ServiceReader.read}, for a body that may be anything. */
  async readBytes(path: string, headers: Record<string, string> = {}): Promise<Buffer | undefined> {
    for (let attempt = 1; ; attempt++) {
      try {
        const { status, body } = await this.#readOnce(path, headers)
        if (status === 404) return undefined
        if (status === 200) return body
        if (status < 500 || attempt === attempts)
          throw new UnexpectedAnswer(path, status, body.toString('utf8'))
      } catch (error) {
        if (error instanceof UnexpectedAnswer || attempt === attempts) throw error
      }
      await delay(retryWaitMs, undefined, this.#signal ? { signal: this.#signal } : {})
    }
  }

  /** Status of a request without a body, through the same faults. */
  async status(method: 'GET' | 'POST', path: string): Promise<number> {
    for (let attempt = 1; ; attempt++) {
      try {
        const { status } = await this.#sendOnce(method, path)
        if (status < 500 || attempt === attempts) return status
      } catch (error) {
        if (attempt === attempts) throw error
      }
      await delay(retryWaitMs, undefined, this.#signal ? { signal: this.#signal } : {})
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#pool.destroy()
  }

  #readOnce(path: string, headers: Record<string, string> = {}): Promise<{ status: number; body: Buffer }> {
    return this.#sendOnce('GET', path, headers)
  }

  async #sendOnce(
    method: 'GET' | 'POST',
    path: string,
    headers: Record<string, string> = {},
  ): Promise<{ status: number; body: Buffer }> {
    const response = await this.#pool.request({
      method,
      path: this.#prefix + path,
      headers,
      headersTimeout: 10_000,
      bodyTimeout: 10_000,
      ...(this.#signal && { signal: this.#signal }),
    })
    return { status: response.statusCode, body: Buffer.from(await response.body.arrayBuffer()) }
  }
}

class UnexpectedAnswer extends Error {
  constructor(path: string, status: number, body: string) {
    super(`GET ${path} answered ${status}: ${body.slice(0, 200)}`)
    this.name = 'UnexpectedAnswer'
  }
}

/** The cause behind undici's and Node's wrappers, which alone names the port that refused. */
function describeError(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(describeError).join('; ')
  return error instanceof Error ? error.message : String(error)
}
