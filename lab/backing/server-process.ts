import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, fchownSync, openSync } from 'node:fs'
import { endProcesses, sendSignal } from './end-processes.ts'
import { listFamily, type ProcessIdentity, readProcess, readProcessTable } from './process-table.ts'
import type { Reaper } from './reaper.ts'
import type { ServiceAccount } from './service-account.ts'

/** How to run one program of a server. */
export interface ServerCommand {
  readonly program: string
  readonly arguments: readonly string[]
  /** The whole environment: nothing of the lab's own (PGDATA, RABBITMQ_…, ERL_FLAGS) gets through. */
  readonly environment: Readonly<Record<string, string>>
  readonly account: ServiceAccount | null
  readonly folder: string
  /** Standard output and error are appended to it; it belongs to the account, which may write to it too. */
  readonly logFile: string
  /** Ends it when its data are no longer wanted, which may be rougher than a clean stop. */
  readonly endSignal: NodeJS.Signals
}

/** One life of one program of a server. */
export class ServerProcess {
  readonly pid: number
  /** Resolves with a description such as `exit code 1` or `SIGKILL`. */
  readonly exited: Promise<string>
  #identity: ProcessIdentity
  #child: ChildProcess
  #command: ServerCommand
  #reaper: Reaper

  /** Starts the program and registers it with the reaper. Throws when it cannot be started. */
  static async start(command: ServerCommand, reaper: Reaper): Promise<ServerProcess> {
    const logDescriptor = openSync(command.logFile, 'a')
    if (command.account) fchownSync(logDescriptor, command.account.uid, command.account.gid)
    const child = spawn(command.program, command.arguments, {
      cwd: command.folder,
      env: command.environment,
      stdio: ['ignore', logDescriptor, logDescriptor],
      // A session of its own: Ctrl-C must reach the services first, and the servers only when those are done.
      detached: true,
      ...command.account,
    })
    closeSync(logDescriptor)
    // In the same turn as the spawn, so that a lab that dies right after leaves nothing behind.
    if (child.pid !== undefined) reaper.watch(child.pid, command.endSignal)
    await once(child, 'spawn')
    return new ServerProcess(child, command, reaper)
  }

  private constructor(child: ChildProcess, command: ServerCommand, reaper: Reaper) {
    this.#child = child
    this.#command = command
    this.#reaper = reaper
    this.pid = child.pid as number
    // One that has ended already is in no table; no process ever has the start time ''.
    this.#identity = readProcess(this.pid) ?? { pid: this.pid, startTime: '' }
    this.exited = once(child, 'exit').then(([code, signal]) => signal ?? `exit code ${code}`)
  }

  get running(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null
  }

  /** It and its descendants, as far as they run. */
  listPids(): number[] {
    return listFamily([this.#identity], readProcessTable()).map(({ pid }) => pid)
  }

  signalFamily(signal: NodeJS.Signals): void {
    for (const pid of this.listPids()) sendSignal(pid, signal)
  }

  /** Ends it and its descendants with the signal, after `graceMs` with SIGKILL; resolves when all are gone. */
  async end(signal: NodeJS.Signals = this.#command.endSignal, graceMs = 5_000): Promise<void> {
    await endProcesses([{ ...this.#identity, signal }], signal === 'SIGKILL' ? 0 : graceMs)
    if (this.running) await this.exited
    this.#reaper.forget(this.pid)
  }
}
