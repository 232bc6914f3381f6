import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { readProcess } from './process-table.ts'

/**
 * Cleans up after a lab that could not do it itself: a small process of its own that holds the other end
 * of a pipe. When the pipe closes without a goodbye (crash, SIGKILL), it ends the watched processes and
 * their descendants (the signal, after 5 s SIGKILL) and then removes the watched folders.
 */
export interface Reaper {
  readonly pid: number
  /** Registers a process just started; one that has ended already is ignored. */
  watch(pid: number, signal?: NodeJS.Signals): void
  /** Registers a folder; may be called before it exists. */
  watchFolder(folder: string): void
  /** Takes a process off the list once it has ended. */
  forget(pid: number): void
  /** Says goodbye: the reaper ends and touches nothing. Resolves when it has ended. */
  close(): Promise<void>
}

/** One line of JSON on the reaper's pipe. */
export type ReaperMessage =
  | {
      readonly kind: 'watch'
      readonly pid: number
      readonly startTime: string
      readonly signal: NodeJS.Signals
    }
  | { readonly kind: 'forget'; readonly pid: number }
  | { readonly kind: 'folder'; readonly folder: string }
  | { readonly kind: 'goodbye' }

/** Starts a reaper for the calling process. It does not keep the caller's event loop alive. @throws Error when it cannot be started */
export function startReaper(): Reaper {
  const program = fileURLToPath(new URL('./reaper-process.ts', import.meta.url))
  const child = spawn(process.execPath, [program], {
    // A session of its own, so that Ctrl-C on the terminal does not end the one that has to clean up.
    detached: true,
    cwd: '/',
    env: {},
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  const { stdin, pid } = child
  if (pid === undefined) throw new Error(`the reaper could not be started: ${process.execPath} ${program}`)
  // A reaper that somebody ended is not worth failing a lab for; `close` still resolves through 'exit'.
  stdin.on('error', () => {})
  const exited = once(child, 'exit')
  exited.catch(() => {})
  child.unref()
  if ('unref' in stdin && typeof stdin.unref === 'function') stdin.unref()

  const send = (message: ReaperMessage) => {
    if (stdin.writable) stdin.write(`${JSON.stringify(message)}\n`)
  }
  return {
    pid,
    watch(watchedPid, signal = 'SIGTERM') {
      const entry = readProcess(watchedPid)
      if (entry) send({ kind: 'watch', pid: watchedPid, startTime: entry.startTime, signal })
    },
    watchFolder(folder) {
      send({ kind: 'folder', folder })
    },
    forget(forgottenPid) {
      send({ kind: 'forget', pid: forgottenPid })
    },
    async close() {
      send({ kind: 'goodbye' })
      stdin.end()
      child.ref()
      await exited
    },
  }
}
