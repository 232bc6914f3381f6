import type { Ledger, LedgerEntry } from '../../engine/ledger.ts'
import { outcome } from '../../engine/types.ts'
import type { RideEvents } from './ride-events.ts'
import { verticalOf } from './vertical.ts'

/**
 * What a reader may see: at least what was acknowledged, at most also what may have happened (a request that
 * ended in a time-out, a reset or a 5xx). Without faults both bounds are equal and every check is exact.
 */
export interface Bounds {
  least: number
  most: number
}

export interface ExpectedRides {
  rides: Bounds
  /** Vertical in metres. */
  vertical: Bounds
  verticalBySkier: Map<number, Bounds>
  /** Key: `skier resort day`. */
  verticalBySkierDay: Map<string, Bounds>
  /** Keys: `resort day`. */
  ridesByResortDay: Map<string, Bounds>
  skiersByResortDay: Map<string, Bounds>
}

/**
 * Recomputes from the events and their outcomes what the service must hold.
 *
 * @param idempotent requests carried an Idempotency-Key, so that a retried one counts once
 * @param retries most retries of a request; without keys each ambiguous attempt may count
 */
export function expectRides(
  events: RideEvents,
  ledger: Ledger,
  options: { idempotent: boolean; retries: number },
): ExpectedRides {
  const expected: ExpectedRides = {
    rides: { least: 0, most: 0 },
    vertical: { least: 0, most: 0 },
    verticalBySkier: new Map(),
    verticalBySkierDay: new Map(),
    ridesByResortDay: new Map(),
    skiersByResortDay: new Map(),
  }
  const visits = new Map<string, Bounds>()
  for (let item = 0; item < events.count; item++) {
    const { least, most } = countsOf(ledger.read(item, 0), options)
    if (most === 0) continue
    const metres = verticalOf(events.liftID[item] as number)
    const skier = events.skierID[item] as number
    const resortDay = `${events.resortID[item]} ${events.dayID[item]}`
    const skierDay = `${skier} ${resortDay}`
    add(expected.rides, least, most)
    add(expected.vertical, metres * least, metres * most)
    add(bounds(expected.verticalBySkier, skier), metres * least, metres * most)
    add(bounds(expected.verticalBySkierDay, skierDay), metres * least, metres * most)
    add(bounds(expected.ridesByResortDay, resortDay), least, most)
    const visit = bounds(visits, skierDay)
    const skiers = bounds(expected.skiersByResortDay, resortDay)
    if (visit.least === 0 && least > 0) skiers.least++
    if (visit.most === 0) skiers.most++
    add(visit, least, most)
  }
  return expected
}

/** How often a ride may be stored, from what became of its request. */
function countsOf(entry: LedgerEntry, options: { idempotent: boolean; retries: number }): Bounds {
  const sentAgain = entry.hadAmbiguousAttempt && !options.idempotent ? options.retries : 0
  if (entry.outcome === outcome.ok) return { least: 1, most: 1 + sentAgain }
  const mayHaveHappened = entry.outcome === outcome.ambiguous || entry.hadAmbiguousAttempt
  return { least: 0, most: mayHaveHappened ? 1 + sentAgain : 0 }
}

function bounds<K>(map: Map<K, Bounds>, key: K): Bounds {
  let found = map.get(key)
  if (!found) {
    found = { least: 0, most: 0 }
    map.set(key, found)
  }
  return found
}

function add(bounds: Bounds, least: number, most: number): void {
  bounds.least += least
  bounds.most += most
}

/** Is a value one that the bounds allow? */
export function within(value: number, bounds: Bounds): boolean {
  return value >= bounds.least && value <= bounds.most
}

/** Bounds as a reader of the result sees them: one number when exact. */
export function describeBounds(bounds: Bounds): number | string {
  return bounds.least === bounds.most ? bounds.least : `${bounds.least} to ${bounds.most}`
}
