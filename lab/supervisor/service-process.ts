import { type ChildProcess, spawn } from 'node:child_process'
import { EventEmitter } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

export interface ServiceProcessOptions {
  /** Shown to the user, e.g. rides-writer-1. */
  name: string
  entry: URL
  environment: Record<string, string>
  /** Every line of the log, for --verbose. */
  onLine?: (line: string) => void
}

interface ServiceProcessEvents {
  /** The process says that it stops; the lab may not have asked it to. */
  stopping: []
  exit: [code: number | null, signal: NodeJS.Signals | null]
}

/** What a consumer says of itself in its last log line. */
export interface FinalCounts {
  /** Events applied and acknowledged. */
  events: number
  /** Events parked. */
  parked: number
}

/** Lines of log kept for the case of a failure. */
const keptLines = 12

/**
 * One started process of a service. Its log (JSON lines on stdout) tells where its admin port is and when it
 * stops; readiness comes from the admin port.
 */
export class ServiceProcess extends EventEmitter<ServiceProcessEvents> {
  readonly name: string
  readonly pid: number
  /** Milliseconds since the epoch. */
  readonly startedAtMs = Date.now()
  readonly exited: Promise<{ code: number | null; signal: NodeJS.Signals | null }>
  readonly #child: ChildProcess
  readonly #adminPort = Promise.withResolvers<number>()
  readonly #recentLines: string[] = []
  #readyAdminUrl: string | undefined
  #finalCounts: FinalCounts | undefined

  constructor(options: ServiceProcessOptions) {
    super()
    this.name = options.name
    this.#child = spawn(process.execPath, [fileURLToPath(options.entry)], {
      env: { PATH: process.env['PATH'] ?? '', ...options.environment },
      stdio: ['ignore', 'pipe', 'pipe'],
      // A group of its own: Ctrl-C must reach the lab alone, which then stops things in their order.
      detached: true,
    })
    this.pid = this.#child.pid ?? -1
    this.#adminPort.promise.catch(() => undefined)
    for (const stream of [this.#child.stdout, this.#child.stderr])
      if (stream) createInterface({ input: stream }).on('line', (line) => this.#onLine(line, options.onLine))
    this.exited = new Promise((resolve) => {
      this.#child.once('error', (error) => {
        this.#recentLines.push(`cannot start: ${error.message}`)
        this.#adminPort.reject(error)
        resolve({ code: 1, signal: null })
        this.emit('exit', 1, null)
      })
      this.#child.once('exit', (code, signal) => {
        this.#adminPort.reject(new Error(`${this.name} ended before it was ready`))
        resolve({ code, signal })
        this.emit('exit', code, signal)
      })
    })
  }

  /** The last lines of the log, as one text. */
  recentLog(): string {
    return this.#recentLines.join('\n')
  }

  /** @throws Error when the process ends first */
  adminUrl(): Promise<string> {
    return this.#adminPort.promise.then((port) => `http://127.0.0.1:${port}`)
  }

  /** Is it gone? */
  get ended(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null
  }

  /** Its admin port, if it has told it yet. */
  readyAdminUrl(): string | undefined {
    return this.#readyAdminUrl
  }

  /** What a consumer had done when it stopped in order; undefined: it has not, or it was killed. */
  finalCounts(): FinalCounts | undefined {
    return this.#finalCounts
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal)
  }

  #onLine(line: string, passOn?: (line: string) => void): void {
    passOn?.(line)
    this.#recentLines.push(line)
    if (this.#recentLines.length > keptLines) this.#recentLines.shift()
    if (!line.startsWith('{')) return
    try {
      const entry = JSON.parse(line) as { msg?: string; adminPort?: number } & Partial<FinalCounts>
      if (entry.adminPort !== undefined) {
        this.#readyAdminUrl = `http://127.0.0.1:${entry.adminPort}`
        this.#adminPort.resolve(entry.adminPort)
      }
      if (entry.msg === 'consuming ended' && entry.events !== undefined)
        this.#finalCounts = { events: entry.events, parked: entry.parked ?? 0 }
      if (entry.msg === 'stopping') this.emit('stopping')
    } catch {
      // Not a log entry: an error text that begins with a brace.
    }
  }
}
