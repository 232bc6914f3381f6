import type { Position } from '../shop/commands.ts'
import type { Change, ShopView } from '../shop/state-machine.ts'

/** The last entry that was applied. */
export interface Applied extends Position {
  /** Its id; unknown ('') before the first and after bytes that were no entry. */
  entryId: string
}

/** Where a replica keeps its state, with the place in the log up to which that state goes. */
export interface ShopStore extends ShopView {
  readonly applied: Applied
  /** Writes into the open transaction; seen by reads at once, durable with the next `commit`. */
  write(change: Change): void
  /** Moves the place in the same transaction: state and place can never differ. */
  advance(applied: Applied): void
  /** Makes durable all that was written. @throws Error of the disk; the process must end then, never retry */
  commit(): void
}

/** Before the first entry. */
export const nothingApplied: Applied = { offset: -1, chain: '', entryId: '' }
