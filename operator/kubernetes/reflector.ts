import { setTimeout as delay } from 'node:timers/promises'
import type { Logger } from '@chairlift/kit/log/logger.ts'
import type { ApiClient } from './api-client.ts'
import { ApiError } from './api-error.ts'
import { backoffMs } from './backoff.ts'
import { type ApiList, type ApiObject, keyOf } from './objects.ts'
import { readWatchEvent, type WatchEvent } from './watch-event.ts'

export interface ReflectorOptions {
  client: ApiClient
  /** Of the collection, e.g. `/apis/chairlift.dev/v1alpha1/queuescalers`. */
  path: string
  log: Logger
  /** Something under this key is new, different or gone; never throws. The cache holds the present state already. */
  onChange(key: string): void
  /** Seconds until the server ends a watch; the bound for finding a half-open connection. */
  watchSeconds?: number
  /** Age at which the whole list is read again, whatever the watch says. */
  relistMs?: number
  /** How much later than the server itself this side ends a watch. */
  graceMs?: number
  pageSize?: number
  /** Upper bound of the wait after a failure. */
  maxBackoffMs?: number
}

/**
 * A cache of one collection that follows the API server: list, then watch from the list's version on.
 *
 * What it survives (and the official client's informer does not, or only with gaps): watches that end at once, half-open
 * connections, versions that are gone as a status (410) or as an event, list pages that expire, lines cut in the
 * middle, an API server that is away for hours. While it is away the cache keeps what it had.
 */
export class Reflector<T extends ApiObject> {
  readonly #options: Required<ReflectorOptions>
  readonly #objects = new Map<string, T>()
  readonly #stopping = new AbortController()
  readonly #firstList = Promise.withResolvers<void>()
  #version: string | undefined
  #listedAt = Number.NEGATIVE_INFINITY
  #heardAt = Number.NEGATIVE_INFINITY
  #failures = 0
  #loop: Promise<void> | undefined

  constructor(options: ReflectorOptions) {
    this.#options = {
      watchSeconds: 40,
      relistMs: 600_000,
      graceMs: 5_000,
      pageSize: 500,
      maxBackoffMs: 5_000,
      ...options,
    }
    // Nobody has to wait for the first list.
    this.#firstList.promise.catch(() => undefined)
  }

  start(): void {
    this.#loop ??= this.#run()
  }

  async stop(): Promise<void> {
    this.#stopping.abort(new Error('stopped'))
    this.#firstList.reject(new Error('stopped before the first list'))
    await this.#loop
  }

  /** Resolves when the cache holds a complete list. @throws when stopped before */
  get synced(): Promise<void> {
    return this.#firstList.promise
  }

  get(key: string): T | undefined {
    return this.#objects.get(key)
  }

  values(): T[] {
    return [...this.#objects.values()]
  }

  /** Time since the API server was last heard of this collection (ms); Infinity before the first list. */
  silenceMs(): number {
    return performance.now() - this.#heardAt
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping
    while (!signal.aborted) {
      try {
        if (this.#version === undefined || performance.now() - this.#listedAt > this.#options.relistMs)
          await this.#list()
        await this.#watch()
      } catch (error) {
        if (signal.aborted) return
        this.#onFailure(error as Error)
      }
      // Also after a watch that ended well: a server that ends each at once must not be asked in a tight loop.
      const waitMs = backoffMs(this.#failures++, 50, this.#options.maxBackoffMs)
      await delay(waitMs, undefined, { signal }).catch(() => undefined)
    }
  }

  #onFailure(error: Error): void {
    // The server forgot the version from which we wanted to go on: read everything.
    if (error instanceof ApiError && error.status === 410) this.#version = undefined
    this.#options.log.warn(
      { path: this.#options.path, reason: error.message },
      'watch of the API server failed',
    )
  }

  async #list(): Promise<void> {
    const { client, path, pageSize } = this.#options
    const found = new Map<string, T>()
    let next: string | undefined
    let version: string | undefined
    do {
      const page: ApiList<T> = await client.request<ApiList<T>>('GET', path, {
        query: { limit: pageSize, continue: next },
        timeoutMs: 30_000,
        signal: this.#stopping.signal,
      })
      for (const object of page.items ?? []) found.set(keyOf(object), object)
      next = page.metadata.continue || undefined
      version = page.metadata.resourceVersion
    } while (next !== undefined)
    this.#replace(found)
    this.#version = version
    this.#listedAt = this.#heardAt = performance.now()
    this.#firstList.resolve()
  }

  /** Takes over a list, telling of what appeared, changed or vanished, and of what was deleted and made again. */
  #replace(found: ReadonlyMap<string, T>): void {
    const changed: string[] = []
    for (const [key, object] of found) {
      const known = this.#objects.get(key)
      if (known?.metadata.resourceVersion !== object.metadata.resourceVersion) changed.push(key)
      if (known?.metadata.uid !== object.metadata.uid && known) changed.push(key)
    }
    for (const key of this.#objects.keys()) if (!found.has(key)) changed.push(key)
    this.#objects.clear()
    for (const [key, object] of found) this.#objects.set(key, object)
    for (const key of new Set(changed)) this.#options.onChange(key)
  }

  async #watch(): Promise<void> {
    const { client, path, watchSeconds, graceMs } = this.#options
    // Spread, so that the watches of many processes do not end together.
    const seconds = Math.max(1, Math.round(watchSeconds * (0.8 + Math.random() / 5)))
    const startedAt = performance.now()
    let refused: ApiError | undefined
    await client.watch(path, {
      query: { resourceVersion: this.#version, allowWatchBookmarks: true, timeoutSeconds: seconds },
      timeoutMs: seconds * 1_000 + graceMs,
      signal: this.#stopping.signal,
      onLine: (line) => {
        const event = readWatchEvent<T>(line)
        if (event.type === 'ERROR') refused = new ApiError(`WATCH ${path}`, event.status, line)
        else this.#apply(event)
        return refused === undefined
      },
    })
    if (refused) {
      // Whatever the server's trouble with this watch is, a fresh list is sound.
      this.#version = undefined
      throw refused
    }
    // An answer without events proves that the server is there.
    this.#heardAt = performance.now()
    if (performance.now() - startedAt >= 1_000) this.#failures = 0
  }

  #apply(event: Exclude<WatchEvent<T>, { type: 'ERROR' }>): void {
    this.#heardAt = performance.now()
    this.#failures = 0
    this.#version = event.object.metadata.resourceVersion ?? this.#version
    if (event.type === 'BOOKMARK') return
    const key = keyOf(event.object)
    if (event.type === 'DELETED') this.#objects.delete(key)
    else this.#objects.set(key, event.object)
    this.#options.onChange(key)
  }
}
