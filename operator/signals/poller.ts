/** Calls a function again and again, never twice at once, until it is disposed of. */
export interface Poller extends Disposable {
  /** Runs as soon as the present run, if any, has ended. */
  now(): void
}

/**
 * @param periodMs asked after each run: the time from its start to the next
 * @param run never rejects
 */
export function startPoller(periodMs: () => number, run: () => Promise<void>): Poller {
  let timer: NodeJS.Timeout | undefined
  let running = false
  let again = false
  let disposed = false

  async function once(): Promise<void> {
    if (running) {
      again = true
      return
    }
    running = true
    again = false
    clearTimeout(timer)
    const startedAt = performance.now()
    await run().finally(() => {
      running = false
    })
    if (disposed) return
    const waitMs = again ? 0 : Math.max(0, periodMs() - (performance.now() - startedAt))
    timer = setTimeout(() => void once(), waitMs)
  }

  void once()
  return {
    now: () => void once(),
    [Symbol.dispose]() {
      disposed = true
      clearTimeout(timer)
    },
  }
}
