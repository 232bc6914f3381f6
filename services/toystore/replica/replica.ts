import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { DependencyUnavailable } from '@chairlift/kit/errors/dependency-unavailable.ts'
import type { Logger } from '@chairlift/kit/log/logger.ts'
import type { CommandLog, LogEntry } from '../log/command-log.ts'
import { type Command, encodeEntry, type Toy } from '../shop/commands.ts'
import type { Change, Outcome } from '../shop/state-machine.ts'
import { type AppliedEntry, Applier, LogGapError } from './applier.ts'
import type { ShopStore } from './shop-store.ts'

export interface ReplicaOptions {
  store: ShopStore
  commandLog: CommandLog
  /** What a new shop begins with. */
  toys: readonly Toy[]
  /** Longest wait until a command that was written is read back (ms). */
  answerTimeoutMs: number
  /** How long applied entries may wait for their commit when nobody waits for it (ms). */
  lazyCommitMs: number
  /** Called for every applied entry, in order, before anybody who waits for it is answered. */
  onApplied?: (entry: AppliedEntry) => void
  /** The log no longer holds what this state needs. */
  onGap: (error: LogGapError) => void
  log: Logger
}

export interface OrderAnswer {
  outcome: Outcome
  /** Of the entry that decided it: who has applied this offset knows of the order. */
  offset: number
}

interface Waiting {
  command: Command
  /** Whether the answer has to wait for the commit. */
  durable: boolean
  resolve: (answer: { change: Change; offset: number }) => void
  reject: (error: Error) => void
}

type State = 'connecting' | 'catching up' | 'ready' | 'refused' | 'closed'

const retryMs = 200

/**
 * One materialisation of the log: writes commands into it, applies what it reads, and answers a command when
 * its own application of it is durable. It has no role among the others; any may be killed at any moment.
 */
export class Replica {
  readonly #options: ReplicaOptions
  readonly #applier: Applier
  #state: State = 'connecting'
  #reason = 'not connected to the log'
  /** Counts connections: what an earlier one began is void. */
  #connection = 0
  #group: Waiting[] = []
  readonly #written = new Map<string, Waiting[]>()
  #uncommitted: (() => void)[] = []
  #commitTimer: NodeJS.Timeout | undefined
  #nextBarrier: Promise<number> | undefined

  constructor(options: ReplicaOptions) {
    this.#options = options
    this.#applier = new Applier(options.store)
  }

  /** True, or why it cannot serve. */
  readiness(): true | string {
    return this.#state === 'ready' || `${this.#state}: ${this.#reason}`
  }

  get refused(): boolean {
    return this.#state === 'refused'
  }

  async start(): Promise<void> {
    await this.#options.commandLog.read({
      position: () => this.#applier.beginReading(),
      connected: () => this.#onConnected(),
      entries: (entries) => this.#onEntries(entries),
      interrupted: (reason) => this.#onInterrupted(reason),
    })
  }

  /** Writes an order. @throws DependencyUnavailable; retry with the same key, here or elsewhere */
  async order(command: Omit<Extract<Command, { type: 'order' }>, 'type'>): Promise<OrderAnswer> {
    const { change, offset } = await this.#submit({ type: 'order', ...command }, true)
    return { outcome: change.outcome as Outcome, offset }
  }

  /** Restocks a toy if it is sold out. @throws DependencyUnavailable */
  async restock(name: string): Promise<void> {
    await this.#submit({ type: 'restock', name }, false)
  }

  /**
   * Resolves when all that was in the log at the time of this call is applied here: afterwards a read of the
   * state is linearizable. Calls of one turn share an entry.
   *
   * @throws DependencyUnavailable
   */
  barrier(): Promise<number> {
    // Kept only where a group will take it along: a refusal that is kept would be the answer to all later calls.
    if (this.#state !== 'ready') return Promise.reject(this.#unavailable(false))
    this.#nextBarrier ??= this.#submit({ type: 'barrier' }, false).then(({ offset }) => offset)
    return this.#nextBarrier
  }

  /** Finishes nothing: what is not answered yet is told to be unknown. */
  close(): void {
    this.#leave('closed', 'stopping')
    this.#commit()
  }

  #submit(command: Command, durable: boolean): Promise<{ change: Change; offset: number }> {
    if (this.#state !== 'ready') return Promise.reject(this.#unavailable(false))
    return new Promise((resolve, reject) => {
      if (this.#group.length === 0) setImmediate(() => this.#writeGroup())
      this.#group.push({ command, durable, resolve, reject })
    })
  }

  /** Commands of one turn of the event loop travel in one entry (docs/adr/0002). */
  #writeGroup(): void {
    const group = this.#group
    this.#group = []
    this.#nextBarrier = undefined
    if (this.#state !== 'ready') return this.#fail(group, this.#unavailable(false))
    const id = randomUUID()
    this.#written.set(id, group)
    const fail = (error: Error) => {
      clearTimeout(timer)
      if (this.#written.delete(id)) this.#fail(group, error)
    }
    const timer = setTimeout(() => fail(this.#unavailable(true)), this.#options.answerTimeoutMs)
    const commands = group.map(({ command }) => command)
    // A confirmation alone answers nobody: what counts is the own application, which implies it.
    this.#options.commandLog.append(id, this.#encode(id, commands)).catch(fail)
    const settle = () => clearTimeout(timer)
    for (const waiting of group) {
      const { resolve } = waiting
      waiting.resolve = (answer) => {
        settle()
        resolve(answer)
      }
    }
  }

  #encode(id: string, commands: Command[]): Buffer {
    const { offset, chain } = this.#options.store.applied
    return encodeEntry({ id, seen: { offset, chain }, commands })
  }

  #onConnected(): void {
    if (this.#state === 'refused' || this.#state === 'closed') return
    this.#connection++
    this.#state = 'catching up'
    this.#reason = 'reading the log'
    void this.#verify(this.#connection)
  }

  /**
   * Finds out whether the log goes on behind what is applied here. RabbitMQ shows a reader whose place lies
   * beyond the log's end nothing at all, and so gives no sign of a lost end; an entry of one's own does.
   */
  async #verify(connection: number): Promise<void> {
    const { commandLog, store, toys, log } = this.#options
    const current = () => connection === this.#connection && this.#state === 'catching up'
    while (current()) {
      const before = store.applied.offset
      const id = randomUUID()
      const begin: Command = { type: 'begin', logId: randomUUID(), toys: [...toys] }
      const read = Promise.withResolvers<void>()
      const command: Command = store.logId === null ? begin : { type: 'barrier' }
      this.#written.set(id, [{ command, durable: false, resolve: () => read.resolve(), reject: read.reject }])
      try {
        const end = await commandLog.appendAndLocate(id, this.#encode(id, [command]))
        if (!current()) return
        if (end <= before)
          return this.#refuse(`the log ends at offset ${end}, but offset ${before} was applied here`)
        await read.promise
        if (!current()) return
        this.#state = 'ready'
        log.info({ offset: store.applied.offset, orders: store.orderCount }, 'caught up with the log')
        return
      } catch (error) {
        this.#reason = (error as Error).message
      } finally {
        this.#written.delete(id)
        read.promise.catch(() => undefined)
      }
      await delay(retryMs)
    }
  }

  #onEntries(entries: readonly LogEntry[]): void {
    if (this.#state === 'refused' || this.#state === 'closed') return
    let urgent = false
    try {
      for (const entry of entries) {
        const applied = this.#applier.take(entry)
        if (applied) urgent = this.#settle(applied) || urgent
      }
    } catch (error) {
      this.#commit()
      if (!(error instanceof LogGapError)) return this.#refuse((error as Error).message)
      this.#leave('refused', error.message)
      return this.#options.onGap(error)
    }
    if (urgent) this.#commit()
    else this.#commitTimer ??= setTimeout(() => this.#commit(), this.#options.lazyCommitMs)
  }

  /** Answers who waits for an entry. @returns whether a commit has to come first */
  #settle(applied: AppliedEntry): boolean {
    this.#options.onApplied?.(applied)
    const waiting = this.#written.get(applied.id)
    if (!waiting) return false
    this.#written.delete(applied.id)
    let urgent = false
    for (const [index, { durable, resolve }] of waiting.entries()) {
      const answer = { change: applied.changes[index] as Change, offset: applied.offset }
      if (durable) this.#uncommitted.push(() => resolve(answer))
      else resolve(answer)
      urgent ||= durable
    }
    return urgent
  }

  #commit(): void {
    clearTimeout(this.#commitTimer)
    this.#commitTimer = undefined
    this.#options.store.commit()
    const answers = this.#uncommitted
    this.#uncommitted = []
    for (const answer of answers) answer()
  }

  #onInterrupted(reason: string): void {
    if (this.#state === 'refused' || this.#state === 'closed') return
    this.#leave('connecting', reason)
  }

  #refuse(reason: string): void {
    this.#options.log.fatal({ reason, applied: this.#options.store.applied }, 'the log is refused')
    this.#leave('refused', reason)
  }

  #leave(state: State, reason: string): void {
    this.#state = state
    this.#reason = reason
    const written = [...this.#written.values()].flat()
    this.#written.clear()
    this.#fail(written, this.#unavailable(true))
  }

  #fail(waiting: readonly Waiting[], error: Error): void {
    for (const { reject } of waiting) reject(error)
  }

  #unavailable(outcomeUnknown: boolean): DependencyUnavailable {
    return new DependencyUnavailable('log', this.#reason, { outcomeUnknown })
  }
}
