import type { LogEntry } from '../log/command-log.ts'
import { type AppliedEntry, Applier } from '../replica/applier.ts'
import { type Command, encodeEntry } from '../shop/commands.ts'
import { apply, type Outcome } from '../shop/state-machine.ts'
import { fullStock } from '../shop/toys.ts'
import type { Chance } from './random.ts'
import { SimulatedStore, type StoreFaults } from './simulated-store.ts'

/** Planted faults; none of them for the real thing. */
export interface Faults extends StoreFaults {
  apply?: typeof apply
  /** In place of the real Applier. */
  applier?: (store: SimulatedStore, applyCommand: typeof apply) => Pick<Applier, 'beginReading' | 'take'>
  /** Answers orders that are applied and not yet committed. */
  answerBeforeCommit?: boolean
  /** Says "not found" without having caught up. */
  readWithoutBarrier?: boolean
  /** Serves before it has seen its own entry. */
  readyBeforeCaughtUp?: boolean
  /** Does not ask where the log ends. */
  ignoresEnd?: boolean
  /** A client's retry comes under another key. */
  retryUnderNewKey?: boolean
}

/** The log and what is on its way to it. */
export interface SimulatedLog {
  entries: LogEntry[]
  inFlight: { id: string; body: Buffer }[]
}

type Answer = (outcome: Outcome | 'barrier') => void

export const toys = ['Tux', 'Uno', 'Clue'].map((name) => ({ name, price: 10, quantity: fullStock }))

/** A replica as replica.ts is one, with chance in place of timers and sockets. */
export class SimulatedReplica {
  readonly id: number
  readonly store: SimulatedStore
  up = true
  refused: string | undefined
  ready = false
  readonly #log: SimulatedLog
  readonly #chance: Chance
  readonly #faults: Faults
  #applier: Pick<Applier, 'beginReading' | 'take'>
  #next = 0
  #counter = 0
  #waiting = new Map<string, Answer[]>()
  #uncommitted: (() => void)[] = []
  #probe: { id: string; before: number } | undefined

  constructor(id: number, log: SimulatedLog, chance: Chance, faults: Faults) {
    this.id = id
    this.#log = log
    this.#chance = chance
    this.#faults = faults
    this.store = new SimulatedStore(faults)
    this.#applier = this.#createApplier()
    this.connect()
  }

  get serving(): boolean {
    return this.up && this.ready && this.refused === undefined
  }

  crash(): void {
    this.up = false
    this.ready = false
    this.#waiting.clear()
    this.#uncommitted = []
    this.store.crash()
  }

  restart(): void {
    this.up = true
    this.refused = undefined
    this.#applier = this.#createApplier()
    this.connect()
  }

  /** A (new) connection to the log: reading begins again, and the end of the log has to be found. */
  connect(): void {
    if (!this.up || this.refused !== undefined) return
    this.ready = this.#faults.readyBeforeCaughtUp === true && this.store.logId !== null
    this.#waiting.clear()
    this.#next = this.#applier.beginReading()
    this.#sendProbe()
  }

  submit(commands: Command[], answers: Answer[] = []): void {
    this.#append(commands, answers)
  }

  /** An order by its number, as orders/answer-lines.ts reads it. */
  read(number: number, found: (there: boolean) => void): void {
    if (this.store.shop.orders[number] || this.#faults.readWithoutBarrier)
      return found(this.store.shop.orders[number] !== undefined)
    this.#append([{ type: 'barrier' }], [() => found(this.store.shop.orders[number] !== undefined)])
  }

  /** Reads a few entries, if there are any. @returns whether there were */
  step(most: number): boolean {
    if (!this.up || this.refused !== undefined) return false
    const entries = this.#log.entries.slice(this.#next, this.#next + most)
    for (const entry of entries) {
      this.#next = entry.offset + 1
      try {
        const applied = this.#applier.take(entry)
        if (applied) this.#settle(applied)
      } catch (error) {
        this.store.commit()
        this.#refuse((error as Error).message)
        return false
      }
    }
    return entries.length > 0
  }

  commit(): void {
    if (!this.up) return
    this.store.commit()
    const answers = this.#uncommitted
    this.#uncommitted = []
    for (const answer of answers) answer()
  }

  /** The log tells an issuer where its entry came to lie. */
  located(id: string, offset: number): void {
    if (id !== this.#probe?.id || !this.up) return
    if (offset <= this.#probe.before && !this.#faults.ignoresEnd) this.#refuse('the log has lost its end')
  }

  /** Nothing else can come of a probe that was lost. */
  retryProbe(): void {
    if (this.up && !this.ready && this.refused === undefined) this.#sendProbe()
  }

  #sendProbe(): void {
    const before = this.store.applied.offset
    const command: Command =
      this.store.logId === null ? { type: 'begin', logId: `log-${this.id}`, toys } : { type: 'barrier' }
    const ready = () => {
      this.ready = true
    }
    this.#probe = { id: this.#append([command], [ready]), before }
  }

  #append(commands: Command[], answers: Answer[]): string {
    const id = `${this.id}-${this.#counter++}-${this.#chance.integer(2 ** 31)}`
    const { offset, chain } = this.store.applied
    this.#waiting.set(id, answers)
    this.#log.inFlight.push({ id, body: encodeEntry({ id, seen: { offset, chain }, commands }) })
    return id
  }

  #settle({ id, changes }: AppliedEntry): void {
    const answers = this.#waiting.get(id) ?? []
    this.#waiting.delete(id)
    for (const [index, answer] of answers.entries()) {
      const outcome = changes[index]?.outcome
      if (outcome === undefined) answer('barrier')
      else if (this.#faults.answerBeforeCommit) answer(outcome)
      else this.#uncommitted.push(() => answer(outcome))
    }
  }

  #refuse(reason: string): void {
    this.refused = reason
    this.ready = false
    this.#waiting.clear()
    this.#uncommitted = []
  }

  #createApplier(): Pick<Applier, 'beginReading' | 'take'> {
    const machine = this.#faults.apply ?? apply
    return this.#faults.applier?.(this.store, machine) ?? new Applier(this.store, machine)
  }
}
