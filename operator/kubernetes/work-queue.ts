import { backoffMs } from './backoff.ts'

export interface WorkQueueOptions {
  /** Handles one key from the state of the world, not from what happened. @returns ms until it is to run again */
  handle(key: string, signal: AbortSignal): Promise<{ requeueAfterMs?: number }>
  /** A failure; the key is tried again after a growing wait, unless the error is a {@link TerminalError}. */
  onError(key: string, error: Error, attempt: number): void
  /** Keys handled at the same time. */
  concurrency: number
  firstBackoffMs?: number
  maxBackoffMs?: number
  onHandled?(key: string, seconds: number, result: 'success' | 'error'): void
}

/** Trying again cannot help; the next change of the object will. */
export class TerminalError extends Error {}

interface Entry {
  /** Waits in line, or has to run again after the run that goes on. */
  queued: boolean
  running: boolean
  failures: number
  timer: NodeJS.Timeout | undefined
  dueAt: number
}

/**
 * A queue of keys: each at most once in line, never twice at once, and again if it was added while it ran. The same
 * promise as client-go's workqueue, which makes a reconciler safe without locks.
 */
export class WorkQueue {
  readonly #options: Required<WorkQueueOptions>
  readonly #entries = new Map<string, Entry>()
  readonly #line: string[] = []
  readonly #stopping = new AbortController()
  readonly #running = new Set<Promise<void>>()

  constructor(options: WorkQueueOptions) {
    this.#options = {
      firstBackoffMs: 50,
      maxBackoffMs: 30_000,
      onHandled: () => undefined,
      ...options,
    }
  }

  /** Keys that wait in line. */
  get depth(): number {
    return this.#line.length
  }

  get active(): number {
    return this.#running.size
  }

  /** Runs the key as soon as there is room. */
  add(key: string): void {
    if (this.#stopping.signal.aborted) return
    const entry = this.#entry(key)
    clearTimeout(entry.timer)
    entry.timer = undefined
    if (entry.queued) return
    entry.queued = true
    if (entry.running) return
    this.#line.push(key)
    this.#pump()
  }

  /** Runs the key after a time, or earlier if it was to run earlier anyway. */
  addAfter(key: string, waitMs: number): void {
    if (this.#stopping.signal.aborted) return
    const entry = this.#entry(key)
    const dueAt = performance.now() + waitMs
    if (entry.queued || (entry.timer && entry.dueAt <= dueAt)) return
    clearTimeout(entry.timer)
    entry.dueAt = dueAt
    entry.timer = setTimeout(() => {
      entry.timer = undefined
      this.add(key)
    }, waitMs)
  }

  /** Drops a key's history and wait; a run that goes on ends normally. */
  forget(key: string): void {
    const entry = this.#entries.get(key)
    if (!entry) return
    clearTimeout(entry.timer)
    entry.timer = undefined
    entry.failures = 0
    if (!entry.queued && !entry.running) this.#entries.delete(key)
  }

  /** Starts no further key, tells the running ones by their signal, and waits for them. */
  async stop(): Promise<void> {
    this.#stopping.abort(new Error('the queue stops'))
    this.#line.length = 0
    for (const entry of this.#entries.values()) clearTimeout(entry.timer)
    await Promise.all(this.#running)
  }

  #entry(key: string): Entry {
    let entry = this.#entries.get(key)
    if (!entry) {
      entry = { queued: false, running: false, failures: 0, timer: undefined, dueAt: 0 }
      this.#entries.set(key, entry)
    }
    return entry
  }

  #pump(): void {
    while (this.#running.size < this.#options.concurrency) {
      const key = this.#line.shift()
      if (key === undefined) return
      const run = this.#handle(key, this.#entry(key)).finally(() => {
        this.#running.delete(run)
        this.#pump()
      })
      this.#running.add(run)
    }
  }

  async #handle(key: string, entry: Entry): Promise<void> {
    entry.queued = false
    entry.running = true
    const startedAt = performance.now()
    let waitMs: number | undefined
    try {
      waitMs = (await this.#options.handle(key, this.#stopping.signal)).requeueAfterMs
      entry.failures = 0
      this.#options.onHandled(key, (performance.now() - startedAt) / 1_000, 'success')
    } catch (error) {
      this.#options.onHandled(key, (performance.now() - startedAt) / 1_000, 'error')
      if (!this.#stopping.signal.aborted) this.#options.onError(key, error as Error, entry.failures)
      if (!(error instanceof TerminalError))
        waitMs = backoffMs(entry.failures++, this.#options.firstBackoffMs, this.#options.maxBackoffMs)
    }
    entry.running = false
    if (this.#stopping.signal.aborted) return
    if (entry.queued) this.#line.push(key)
    else if (waitMs !== undefined) this.addAfter(key, waitMs)
    else if (!entry.timer) this.#entries.delete(key)
  }
}
