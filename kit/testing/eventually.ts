import { setTimeout as delay } from 'node:timers/promises'

/**
 * Asks until the answer is neither `undefined` nor `false`, for conditions that no event announces.
 *
 * @param what the condition in words, for the error
 * @param intervalMs time between two questions; longer where asking costs a process
 * @returns the first such answer
 * @throws Error when there is none after `timeoutMs`, with the last error of `ask` as cause
 */
export async function eventually<T>(
  what: string,
  ask: () => T | Promise<T>,
  timeoutMs = 30_000,
  intervalMs = 20,
): Promise<Exclude<T, undefined | false>> {
  const deadline = performance.now() + timeoutMs
  let cause: unknown
  while (performance.now() < deadline) {
    try {
      const answer = await ask()
      if (answer !== undefined && answer !== false) return answer as Exclude<T, undefined | false>
      cause = undefined
    } catch (error) {
      cause = error
    }
    await delay(intervalMs)
  }
  throw new Error(`not within ${timeoutMs} ms: ${what}`, { cause })
}
