import type { OwnedServer, ServerName } from './backing.ts'
import type { ChoosePorts } from './choose-ports.ts'
import type { Reaper } from './reaper.ts'
import { type ServerCommand, ServerProcess } from './server-process.ts'
import { readTail, ServerStartError, waitUntilAnswers } from './wait-until-answers.ts'

/** What every private server is started with. */
export interface StartContext {
  /** An existing folder for this server alone; all its files go below. */
  readonly folder: string
  readonly path: string
  readonly reaper: Reaper
  readonly choosePorts: ChoosePorts
  readonly log: (message: string) => void
  /** Gives up the first start; it has no meaning for a server that is up. */
  readonly signal: AbortSignal
}

/** A private server with its end, which only the Backing brings about. */
export interface StoppableServer<Server extends OwnedServer = OwnedServer> {
  readonly server: Server
  readonly url: string
  stop(): Promise<void>
}

/** How one kind of server is run. */
export interface ServerDefinition {
  readonly name: ServerName
  readonly main: ServerCommand
  /** Another program it needs, up before it and as long (epmd of RabbitMQ); `probe` tells when it is up. */
  readonly companion?: { readonly command: ServerCommand; readonly probe: () => Promise<void> }
  /** Stops it cleanly, with its data kept. */
  readonly stopSignal: NodeJS.Signals
  /** Resolves when it answers. */
  readonly probe: () => Promise<void>
}

/** Keeps one server running through the faults and restarts of a test. */
export class ServerRunner implements OwnedServer {
  readonly name: ServerName
  readonly owned = true
  readonly logFile: string
  #definition: ServerDefinition
  #context: StartContext
  #main: ServerProcess | null = null
  #companion: ServerProcess | null = null

  constructor(definition: ServerDefinition, context: StartContext) {
    this.name = definition.name
    this.logFile = definition.main.logFile
    this.#definition = definition
    this.#context = context
  }

  get pid(): number {
    if (!this.#main?.running) throw new Error(`${this.name} is down`)
    return this.#main.pid
  }

  get pids(): readonly number[] {
    return [this.#main, this.#companion].flatMap((program) => program?.listPids() ?? [])
  }

  /**
   * Starts what does not run and resolves when the server answers.
   *
   * @throws ServerStartError when it does not come up; the signal's reason when it is aborted
   */
  async start(signal?: AbortSignal): Promise<void> {
    const { main, companion, probe } = this.#definition
    const { reaper } = this.#context
    if (companion && !this.#companion?.running) {
      const started = await ServerProcess.start(companion.command, reaper)
      this.#companion = started
      await waitUntilAnswers(
        companion.command.program,
        started,
        companion.command.logFile,
        companion.probe,
        signal,
      )
    }
    const started = await ServerProcess.start(main, reaper)
    this.#main = started
    try {
      await waitUntilAnswers(this.name, started, main.logFile, probe, signal)
    } catch (error) {
      // Another program that answered on the companion's port made it seem up. epmd says nothing of it.
      if (!companion || this.#companion?.running) throw error
      throw new ServerStartError(`${companion.command.program} ended`, 'its port is already in use')
    }
    started.exited.then(
      (outcome) => this.#reportEnd(started, outcome),
      () => {},
    )
  }

  async kill(signal: NodeJS.Signals): Promise<void> {
    const victim = this.#main
    this.#main = null
    await victim?.end(signal, 30_000)
  }

  async restart(): Promise<void> {
    await this.kill(this.#definition.stopSignal)
    await this.start()
  }

  suspend(): void {
    this.#main?.signalFamily('SIGSTOP')
  }

  resume(): void {
    this.#main?.signalFamily('SIGCONT')
  }

  /** Ends everything, with no regard for the data. */
  async stop(): Promise<void> {
    const programs = [this.#main, this.#companion]
    this.#main = null
    this.#companion = null
    await Promise.all(programs.map((program) => program?.end()))
  }

  async #reportEnd(ended: ServerProcess, outcome: string): Promise<void> {
    // Whoever ends it on purpose takes it away first.
    if (this.#main !== ended) return
    this.#context.log(`${this.name} ended unexpectedly (${outcome}):\n${await readTail(this.logFile)}`)
  }
}
