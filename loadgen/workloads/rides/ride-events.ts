import { seededRandom } from '../../engine/arrival-schedule.ts'

/** What the events of a run may be. All numbers are counts or upper bounds, from 1. */
export interface RideEventOptions {
  count: number
  seed: number
  skiers: number
  resorts: number
  lifts: number
  minutes: number
  /** `uniform`: skier and resort at random, one day. `sequential`: skiers in turn, resort 1, a new day every `perDay`. */
  order: 'uniform' | 'sequential'
  firstDay: number
  perDay: number
}

/**
 * The events of a run, column by column in shared memory: made before the clock starts, so that no thread ever
 * waits for one, and there again for the verification.
 */
export interface RideEvents {
  count: number
  skierID: Int32Array
  resortID: Uint16Array
  liftID: Uint16Array
  minute: Uint16Array
  dayID: Uint16Array
  shared: Record<string, SharedArrayBuffer>
}

/**
 * Deterministic events (schedules 4.1 and 4.2 of the reference system): the same seed gives the same rides.
 * Skier, resort, lift and minute are uniform and independent.
 */
export function generateRideEvents(options: RideEventOptions): RideEvents {
  const events = viewRideEvents(allocate(options.count))
  const random = seededRandom(options.seed)
  const pick = (most: number) => 1 + Math.floor(random() * most)
  for (let item = 0; item < options.count; item++) {
    const uniform = options.order === 'uniform'
    events.skierID[item] = uniform ? pick(options.skiers) : (item % options.skiers) + 1
    events.resortID[item] = uniform ? pick(options.resorts) : 1
    events.liftID[item] = pick(options.lifts)
    events.minute[item] = pick(options.minutes)
    events.dayID[item] = options.firstDay + (uniform ? 0 : Math.floor(item / options.perDay))
  }
  return events
}

/** Room for `count` events, all zero. */
export function allocate(count: number): Record<string, SharedArrayBuffer> {
  return {
    skierID: new SharedArrayBuffer(count * Int32Array.BYTES_PER_ELEMENT),
    resortID: new SharedArrayBuffer(count * Uint16Array.BYTES_PER_ELEMENT),
    liftID: new SharedArrayBuffer(count * Uint16Array.BYTES_PER_ELEMENT),
    minute: new SharedArrayBuffer(count * Uint16Array.BYTES_PER_ELEMENT),
    dayID: new SharedArrayBuffer(count * Uint16Array.BYTES_PER_ELEMENT),
  }
}

/** The events behind shared memory that {@link allocate} made; in any thread. */
export function viewRideEvents(shared: Record<string, SharedArrayBuffer>): RideEvents {
  const column = (name: string): SharedArrayBuffer => {
    const buffer = shared[name]
    if (!buffer) throw new Error(`shared memory "${name}" is missing`)
    return buffer
  }
  const skierID = new Int32Array(column('skierID'))
  return {
    count: skierID.length,
    skierID,
    resortID: new Uint16Array(column('resortID')),
    liftID: new Uint16Array(column('liftID')),
    minute: new Uint16Array(column('minute')),
    dayID: new Uint16Array(column('dayID')),
    shared,
  }
}
