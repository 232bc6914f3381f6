import type { Logger } from '../log/logger.ts'

interface Phase {
  name: string
  run: () => unknown
  timeoutMs: number
}

/**
 * What has to be undone when a process stops, in the reverse order of its start.
 *
 * Every phase runs, each with its own time-out and log line, whatever happens to the others: a pool must be
 * closed even if the drain before it failed. Example:
 * ```ts
 * const stop = new StopPhases(log, 10_000)
 * stop.add('close the database pool', () => pool.end())
 * stop.add('drain requests', () => server.drain())
 * await stop.run() // drains, then closes
 * ```
 */
export class StopPhases {
  readonly #log: Logger
  readonly #timeoutMs: number
  readonly #phases: Phase[] = []
  #running: Promise<boolean> | undefined

  constructor(log: Logger, timeoutMs: number) {
    this.#log = log
    this.#timeoutMs = timeoutMs
  }

  /** Adds a phase that runs before all those added earlier. */
  add(name: string, run: () => unknown, timeoutMs = this.#timeoutMs): void {
    this.#phases.push({ name, run, timeoutMs })
  }

  /** Runs all phases once; a second call gets the first one's promise. @returns true if none failed or timed out */
  run(): Promise<boolean> {
    this.#running ??= this.#runAll()
    return this.#running
  }

  async #runAll(): Promise<boolean> {
    let clean = true
    for (const phase of this.#phases.toReversed()) clean = (await this.#runOne(phase)) && clean
    return clean
  }

  async #runOne(phase: Phase): Promise<boolean> {
    const startedAt = performance.now()
    const timeout = Promise.withResolvers<never>()
    const timer = setTimeout(
      () => timeout.reject(new Error(`took longer than ${phase.timeoutMs} ms`)),
      phase.timeoutMs,
    )
    try {
      await Promise.race([Promise.resolve().then(phase.run), timeout.promise])
      this.#log.info({ phase: phase.name, ms: Math.round(performance.now() - startedAt) }, 'stop phase done')
      return true
    } catch (error) {
      this.#log.error({ phase: phase.name, err: error }, 'stop phase failed')
      return false
    } finally {
      clearTimeout(timer)
    }
  }
}
