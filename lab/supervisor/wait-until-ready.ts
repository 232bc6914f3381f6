import { setTimeout as delay } from 'node:timers/promises'
import type { ServiceProcess } from './service-process.ts'

/**
 * Waits until the process says it is ready.
 *
 * @throws Error with the end of its log when it ends first or is not ready after `timeoutMs`
 */
export async function waitUntilReady(service: ServiceProcess, timeoutMs = 30_000): Promise<void> {
  const deadline = performance.now() + timeoutMs
  let ended = false
  void service.exited.then(() => {
    ended = true
  })
  const adminUrl = await service.adminUrl().catch((error: Error) => fail(service, error.message))
  let missing = 'no answer'
  while (!ended) {
    if (performance.now() > deadline)
      fail(service, `${service.name} is not ready after ${timeoutMs} ms: ${missing}`)
    const answer = await readiness(adminUrl)
    if (answer === true) return
    missing = answer
    await delay(25)
  }
  fail(service, `${service.name} ended before it was ready`)
}

async function readiness(adminUrl: string): Promise<true | string> {
  try {
    const response = await fetch(`${adminUrl}/readyz`)
    if (response.ok) {
      await response.body?.cancel()
      return true
    }
    return await response.text()
  } catch (error) {
    return (error as Error).message
  }
}

function fail(service: ServiceProcess, message: string): never {
  throw new Error(`${message}\n--- end of its log ---\n${service.recentLog()}`)
}
