import { ledgerHadAmbiguousAttempt, type outcome, type ThreadGroup } from './types.ts'

/** What became of one request. */
export interface LedgerEntry {
  outcome: (typeof outcome)[keyof typeof outcome]
  /** At least one attempt ended in a 5xx, a time-out or a reset and may have had its effect. */
  hadAmbiguousAttempt: boolean
}

/**
 * One byte for each request of a run, written by the workers and read by the verification: the low bits hold
 * the final outcome, `ledgerHadAmbiguousAttempt` is a flag. A request belongs to one thread, so a plain store
 * is enough.
 */
export class Ledger {
  readonly bytes: SharedArrayBuffer
  readonly firstItem: number
  readonly steps: number
  #view: Uint8Array

  constructor(bytes: SharedArrayBuffer, firstItem: number, steps: number) {
    this.bytes = bytes
    this.firstItem = firstItem
    this.steps = steps
    this.#view = new Uint8Array(bytes)
  }

  /** Number of items the ledger has room for. */
  get items(): number {
    return this.#view.length / this.steps
  }

  write(item: number, step: number, bits: number): void {
    this.#view[(item - this.firstItem) * this.steps + step] = bits
  }

  /** The entry of a request. Throws RangeError for an item or step that no group of the run contains. */
  read(item: number, step: number): LedgerEntry {
    const bits = this.#view[(item - this.firstItem) * this.steps + step]
    if (bits === undefined || step >= this.steps)
      throw new RangeError(`no request ${item}/${step} in the ledger`)
    return {
      outcome: (bits & 3) as LedgerEntry['outcome'],
      hadAmbiguousAttempt: (bits & ledgerHadAmbiguousAttempt) !== 0,
    }
  }
}

/** Number of items a group sends. */
export function itemsOf(group: ThreadGroup): number {
  return group.work.kind === 'each' ? group.threads * group.work.items : group.work.items
}

/** An empty ledger over the item numbers of all groups. */
export function createLedger(groups: readonly ThreadGroup[], steps: number): Ledger {
  const firstItem = Math.min(...groups.map((group) => group.firstItem))
  const endItem = Math.max(...groups.map((group) => group.firstItem + itemsOf(group)))
  return new Ledger(new SharedArrayBuffer((endItem - firstItem) * steps), firstItem, steps)
}
