import { setTimeout as delay } from 'node:timers/promises'
import { isRunning, listFamily, type ProcessIdentity, readProcessTable } from './process-table.ts'

const pollMs = 20

/** A process to end, and the signal that asks it to. */
export interface EndingProcess extends ProcessIdentity {
  readonly signal: NodeJS.Signals
}

/**
 * Ends the given processes and all their descendants, and resolves when every one is gone.
 * Each given process gets its own signal (and all get SIGCONT, because a stopped process handles none);
 * what is left of the families after `graceMs` gets SIGKILL. Ids are compared with start times before
 * each signal, so a process that took over an id is never hit.
 *
 * @throws Error when one survives SIGKILL for 10 s
 */
export async function endProcesses(processes: readonly EndingProcess[], graceMs: number): Promise<void> {
  const started = performance.now()
  const known = new Map<string, ProcessIdentity>()
  const remaining = () => {
    const table = readProcessTable()
    // Looked up again each time: a family can still grow, and its members lose their parent as it dies.
    for (const member of listFamily([...processes, ...known.values()], table)) {
      known.set(`${member.pid} ${member.startTime}`, member)
    }
    return [...known.values()].filter((identity) => isRunning(identity, table))
  }

  const running = new Set(remaining().map(({ pid }) => pid))
  for (const { pid, signal } of processes) if (running.has(pid)) sendSignal(pid, signal)
  for (const pid of running) sendSignal(pid, 'SIGCONT')
  for (let left = remaining(); left.length > 0; left = remaining()) {
    const elapsedMs = performance.now() - started
    if (elapsedMs >= graceMs) for (const { pid } of left) sendSignal(pid, 'SIGKILL')
    if (elapsedMs >= graceMs + 10_000) {
      throw new Error(`processes ${left.map(({ pid }) => pid).join(', ')} survived SIGKILL`)
    }
    await delay(pollMs)
  }
}

/** Sends a signal; a process that has ended meanwhile is no error. */
export function sendSignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}
