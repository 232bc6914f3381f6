import { setTimeout as delay } from 'node:timers/promises'

/**
 * Polls until `attempt` no longer throws. @returns what it returned
 * @throws its last error when that lasts longer than `deadlineMs`
 */
export async function eventually<T>(attempt: () => Promise<T>, deadlineMs = 20_000): Promise<T> {
  const deadline = performance.now() + deadlineMs
  while (true) {
    try {
      return await attempt()
    } catch (error) {
      if (performance.now() > deadline) throw error
      await delay(15)
    }
  }
}
