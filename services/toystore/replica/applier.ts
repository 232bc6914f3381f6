import type { LogEntry } from '../log/command-log.ts'
import { extendChain } from '../shop/chain.ts'
import { decodeEntry, type Entry } from '../shop/commands.ts'
import { apply, type Change } from '../shop/state-machine.ts'
import type { ShopStore } from './shop-store.ts'

/**
 * This state and the log do not belong together: going on would make replicas diverge. Only a person can decide
 * what is true (README, "When the log has lost its end").
 */
export class DivergedError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'DivergedError'
  }
}

/** Entries that this state needs are no longer in the log; a snapshot has them. */
export class LogGapError extends Error {
  constructor(appliedOffset: number, nextOffset: number) {
    super(`the state ends at offset ${appliedOffset}, and the log begins at ${nextOffset}`)
    this.name = 'LogGapError'
  }
}

/** Chains remembered by offset, to compare with what issuers had seen. */
const rememberedChains = 10_000

/** What an entry did. */
export interface AppliedEntry {
  offset: number
  id: string
  changes: readonly Change[]
}

/**
 * Applies entries to a store, each once and in order, and refuses a log that is not the one it knows. It has no
 * clock and does no I/O besides the store's, so the simulator runs this very class.
 */
export class Applier {
  readonly #store: ShopStore
  readonly #apply: typeof apply
  readonly #chains = new Map<number, string>()

  /** @param applyCommand the state machine; the simulator plants faulty ones here */
  constructor(store: ShopStore, applyCommand = apply) {
    this.#store = store
    this.#apply = applyCommand
    this.#remember()
  }

  /** Where reading has to begin: at the last entry applied, so that it can be seen whether it is still there. */
  beginReading(): number {
    return Math.max(0, this.#store.applied.offset)
  }

  /**
   * @returns undefined for an entry that was applied before
   * @throws DivergedError, LogGapError, UnknownFormError; nothing of the entry is written then
   */
  take({ offset, body }: LogEntry): AppliedEntry | undefined {
    const { applied } = this.#store
    if (offset < applied.offset) return undefined
    const entry = decodeEntry(body)
    if (offset === applied.offset) {
      const id = entry?.id ?? ''
      // An entry read twice in one reading is harmless; a different one in its place is another history.
      if (id !== applied.entryId)
        throw new DivergedError(
          `at offset ${offset} the log holds entry ${id || '(none)'}, not ${applied.entryId}`,
        )
      return undefined
    }
    if (offset > applied.offset + 1) throw new LogGapError(applied.offset, offset)
    if (entry) this.#compare(offset, entry)
    return this.#write(offset, entry)
  }

  /** What the issuer had seen must be before this entry, and the same as was seen here. */
  #compare(offset: number, { id, seen }: Entry): void {
    if (seen.offset >= offset)
      throw new DivergedError(
        `entry ${id} at offset ${offset} comes from a replica that had applied offset ${seen.offset}: ` +
          'the log has lost its end',
      )
    const chain = this.#chains.get(seen.offset)
    if (chain !== undefined && chain !== seen.chain)
      throw new DivergedError(`entry ${id} comes from a replica with another history up to ${seen.offset}`)
  }

  #write(offset: number, entry: Entry | undefined): AppliedEntry {
    const changes: Change[] = []
    for (const command of entry?.commands ?? []) {
      const change = this.#apply(this.#store, command, offset)
      this.#store.write(change)
      changes.push(change)
    }
    const id = entry?.id ?? ''
    const chain = extendChain(this.#store.applied.chain, offset, id, changes)
    this.#store.advance({ offset, chain, entryId: id })
    this.#remember()
    return { offset, id, changes }
  }

  #remember(): void {
    const { offset, chain } = this.#store.applied
    this.#chains.set(offset, chain)
    this.#chains.delete(offset - rememberedChains)
  }
}
