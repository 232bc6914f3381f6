import type { Observation } from './observe.ts'
import type { History } from './types.ts'

/**
 * Since when nothing has been waiting or in work; null while something is, and also while it is not known. A queue
 * that looks empty at every look but whose counters move is not idle.
 */
export function idleSince(before: History, after: History, seen: Observation, nowMs: number): number | null {
  if (!seen.complete || seen.ready !== 0 || seen.unacknowledged !== 0) return null
  const moved =
    after.totals.published > before.totals.published || after.totals.acknowledged > before.totals.acknowledged
  return moved ? nowMs : (before.idleSinceMs ?? nowMs)
}
