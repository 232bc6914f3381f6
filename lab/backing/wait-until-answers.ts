import { readFile } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import type { ServerProcess } from './server-process.ts'

const pollMs = 50
const deadlineMs = 120_000
const tailLines = 15
const tailColumns = 1_000

/** A server that did not come up; the message ends with the last lines of its log. */
export class ServerStartError extends Error {
  /** Whether a port was taken in the moment between its choice and its use. */
  readonly portTaken: boolean

  constructor(message: string, log: string) {
    super(`${message}\n${log}`)
    this.name = 'ServerStartError'
    this.portTaken = /already in use|already_used|eaddrinuse/i.test(log)
  }
}

/**
 * Resolves when the probe succeeds.
 *
 * @throws ServerStartError when the process ends before or does not answer within two minutes; the
 * signal's reason when it is aborted
 */
export async function waitUntilAnswers(
  name: string,
  serverProcess: ServerProcess,
  logFile: string,
  probe: () => Promise<void>,
  signal?: AbortSignal,
): Promise<void> {
  const started = performance.now()
  for (;;) {
    signal?.throwIfAborted()
    try {
      // Whoever else has the port may keep the probe waiting long after the server gave up.
      await Promise.race([probe(), serverProcess.exited])
      if (serverProcess.running) return
    } catch (error) {
      if (performance.now() - started > deadlineMs) {
        const message = `${name} did not answer within ${deadlineMs / 1000} s: ${String(error)}`
        throw new ServerStartError(message, await readTail(logFile))
      }
    }
    if (!serverProcess.running) {
      const outcome = await serverProcess.exited
      throw new ServerStartError(`${name} ended during its start (${outcome})`, await readTail(logFile))
    }
    await delay(pollMs)
  }
}

/** The last lines of a log file; a text that says so when it cannot be read. */
export async function readTail(logFile: string): Promise<string> {
  try {
    const lines = (await readFile(logFile, 'utf8')).trimEnd().split('\n')
    // Erlang puts whole data structures on one line.
    return lines
      .slice(-tailLines)
      .map((line) => line.slice(0, tailColumns))
      .join('\n')
  } catch (error) {
    return `(no log: ${String(error)})`
  }
}
