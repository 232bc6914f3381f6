import type { ThreadGroup } from './types.ts'

/** The answer of `take` when all items are gone. */
export const noItem = -1

/** Hands the items of a group to its threads; never blocks and never waits. */
export interface ItemSupply {
  /** The next item for the group's thread number `thread` (from 0), or `noItem`. */
  take(thread: number): number
}

/**
 * The supply a group asks for. A shared pool is one counter in memory common to all workers, so that every
 * item is sent exactly once whichever thread is fastest (no check-then-take, RID-D12).
 */
export function createItemSupply(group: ThreadGroup, sharedCounter: Int32Array): ItemSupply {
  const { work, firstItem } = group
  if (work.kind === 'shared') {
    return {
      take: () => {
        const taken = Atomics.add(sharedCounter, 0, 1)
        return taken < work.items ? firstItem + taken : noItem
      },
    }
  }
  const takenBy = new Int32Array(group.threads)
  return {
    take: (thread) => {
      const taken = (takenBy[thread] as number)++
      return taken < work.items ? firstItem + thread * work.items + taken : noItem
    },
  }
}
