/** What is known of one front end's cache. */
export interface CacheHolder {
  /** All changes up to this offset are out of its cache. */
  appliedOffset: number
  /** Until then it may serve from its cache (ms, this process's monotonic clock); 0 for never. */
  leaseUntilMs: number
}

/**
 * Up to which offset no front end but `self` can still serve anything older: the least that any other holder of
 * a lease has applied, and never more than the catalog itself has.
 *
 * A purchase may be acknowledged when its offset is settled (TOY-R3). A front end that is slow or gone counts
 * until its lease is over and no longer (TOY-R4).
 */
export function settledOffset(
  appliedOffset: number,
  holders: Iterable<CacheHolder>,
  self: CacheHolder,
  nowMs: number,
): number {
  let settled = appliedOffset
  for (const holder of holders) {
    if (holder === self || holder.leaseUntilMs <= nowMs) continue
    settled = Math.min(settled, holder.appliedOffset)
  }
  return settled
}

/** When the result of {@link settledOffset} may rise by the mere passing of time; undefined if it cannot. */
export function nextLeaseEndMs(
  appliedOffset: number,
  holders: Iterable<CacheHolder>,
  nowMs: number,
): number | undefined {
  let next: number | undefined
  for (const { leaseUntilMs, appliedOffset: applied } of holders) {
    if (leaseUntilMs <= nowMs || applied >= appliedOffset) continue
    next = Math.min(next ?? leaseUntilMs, leaseUntilMs)
  }
  return next
}
