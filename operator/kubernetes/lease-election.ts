import type { Lease } from './objects.ts'

/**
 * Times of the election. The order `leaseMs > renewDeadlineMs > renewMs` keeps two leaders apart as long as no clock
 * runs faster than another by more than `leaseMs / renewDeadlineMs` (client-go's argument; the difference of the
 * clocks does not matter). With 12 s a successor acts at most 12 s plus one poll after a leader was killed.
 */
export interface ElectionTimes {
  /** A record unchanged for this long, as seen from here, belongs to nobody. */
  leaseMs: number
  /** A leader that could not renew for this long acts no more. */
  renewDeadlineMs: number
  /** Between two renewals of a leader. */
  renewMs: number
  /** Between two looks of a candidate, which only reads. */
  pollMs: number
}

export const defaultElectionTimes: ElectionTimes = {
  leaseMs: 12_000,
  renewDeadlineMs: 8_000,
  renewMs: 2_000,
  pollMs: 1_000,
}

/** What a candidate has seen of the record: when, by its own clock, it last changed. */
export interface Observation {
  resourceVersion: string | undefined
  atMs: number
}

/** Notes a look at the record; the time stays when nothing changed. */
export function observe(before: Observation | undefined, lease: Lease, nowMs: number): Observation {
  const { resourceVersion } = lease.metadata
  if (before?.resourceVersion === resourceVersion && before) return before
  return { resourceVersion, atMs: nowMs }
}

/**
 * Whether the lease may be taken. Times inside the record are never compared with the own clock: a holder whose clock
 * is an hour off is as alive as any other.
 */
export function mayAcquire(lease: Lease, seen: Observation, identity: string, nowMs: number): boolean {
  const holder = lease.spec?.holderIdentity ?? ''
  if (holder === '' || holder === identity) return true
  return nowMs - seen.atMs >= (lease.spec?.leaseDurationSeconds ?? 0) * 1_000
}

/** The record that makes `identity` the holder, from what is there now; `now` is wall-clock time. */
export function takenLease(lease: Lease, identity: string, leaseMs: number, now: Date): Lease {
  const same = lease.spec?.holderIdentity === identity
  return {
    ...lease,
    spec: {
      ...lease.spec,
      holderIdentity: identity,
      leaseDurationSeconds: leaseMs / 1_000,
      acquireTime: same ? (lease.spec?.acquireTime ?? microTime(now)) : microTime(now),
      renewTime: microTime(now),
      leaseTransitions: (lease.spec?.leaseTransitions ?? 0) + (same ? 0 : 1),
    },
  }
}

/** The record of a holder that has ended its work, so that nobody has to wait for it. */
export function releasedLease(lease: Lease, now: Date): Lease {
  return {
    ...lease,
    spec: { ...lease.spec, holderIdentity: '', leaseDurationSeconds: 1, renewTime: microTime(now) },
  }
}

/** MicroTime: a Lease with milliseconds is refused. */
function microTime(time: Date): string {
  return time.toISOString().replace(/(\.\d{3})Z$/, '$1000Z')
}
