import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Pool } from '@chairlift/kit/postgres/open-pool.ts'
import fc from 'fast-check'
import { hourOf, type LiftRideEvent, verticalOf } from '../lift-ride.ts'
import { type OpenStore, openStore } from '../testing/open-store.ts'
import { persistRides } from './persist-rides.ts'
import { readResortDay, readRidesByHour, readRidesByLift } from './resort-day.ts'
import { readResortSeasons } from './resorts.ts'
import { readSkierDayVertical } from './skier-day-vertical.ts'
import { readSkierResortTotals } from './skier-resort-totals.ts'
import { readSkierSeasonDays } from './skier-season-days.ts'

let store: OpenStore
before(async () => {
  store = await openStore()
})
after(() => store[Symbol.asyncDispose]())

/** Few skiers, resorts and days, so that batches meet on the same rows. */
const skiers = [1, 2, 3, 4, 5, 6, 7]
const resorts = [0, 1, 50]
const seasons = ['2023', '2024']
const days = [1, 2]
const rideFields = fc.record({
  skierID: fc.constantFrom(...skiers),
  resortID: fc.constantFrom(...resorts),
  seasonID: fc.constantFrom(...seasons),
  dayID: fc.constantFrom(...days),
  time: fc.integer({ min: 1, max: 420 }),
  liftID: fc.integer({ min: 1, max: 60 }),
})
const rideList = fc
  .array(rideFields, { minLength: 1, maxLength: 80 })
  .map((fields): LiftRideEvent[] => fields.map((ride, index) => ({ id: idOf(index), ...ride })))

/** What several writers do at once: each persists batch after batch, with any overlap between all of them. */
const scenario = rideList.chain((rides) =>
  fc.array(fc.array(fc.shuffledSubarray(rides, { minLength: 1 }), { minLength: 1, maxLength: 4 }), {
    minLength: 1,
    maxLength: 4,
  }),
)

test('RID-I1 to RID-I6: whatever batches any number of writers apply, the aggregates equal a recount', async () => {
  const pools = [store.pool, store.openPool(), store.openPool(), store.openPool()]
  await fc.assert(
    fc.asyncProperty(scenario, async (writers) => {
      await store.pool.query('truncate rides, skier_days, resort_days, seasons')
      // A deadlock would be a DependencyUnavailable here.
      await Promise.all(writers.map((batches, index) => write(pools[index] as Pool, batches)))
      const rides = [...new Map(writers.flat(2).map((ride) => [ride.id, ride])).values()]
      await assertEqualsRecount(store.pool, rides)
    }),
    { numRuns: 60 },
  )
})

test('writers with different rides of the same skiers, in any order, never deadlock', async () => {
  await store.pool.query('truncate rides, skier_days, resort_days, seasons')
  const pools = [store.pool, store.openPool(), store.openPool(), store.openPool()]
  // Batches of different sizes are grouped in different orders unless the statement sorts.
  const batches = pools.flatMap((pool, writer) =>
    Array.from({ length: 12 }, (_, round) => ({
      pool,
      first: (writer * 12 + round) * 10_000,
      writer,
      round,
    })),
  )
  await Promise.all(
    batches.map(({ pool, first, writer, round }) => {
      const size = 50 * (1 + ((writer + round) % 12))
      return persistRides(
        pool,
        Array.from({ length: size }, (_, index) => ({
          id: idOf(first + index),
          skierID: 1 + ((index * (writer % 2 ? 7 : 5)) % 601),
          ...{ resortID: 1 + (round % 3), seasonID: '2024', dayID: 1, time: 1, liftID: 1 },
        })),
      )
    }),
  )
  const { rows } = await store.pool.query<{ vertical: number; rides: number }>(
    'select (select sum(vertical)::int from skier_days) as vertical, (select 10 * count(*)::int from rides) as rides',
  )
  assert.equal(rows[0]?.vertical, rows[0]?.rides)
})

test('a batch that is refused leaves nothing behind', async () => {
  await store.pool.query('truncate rides, skier_days, resort_days, seasons')
  const good = { id: idOf(1), skierID: 1, resortID: 1, seasonID: '2024', dayID: 1, time: 1, liftID: 1 }
  await assert.rejects(persistRides(store.pool, [good, { ...good, id: idOf(2), seasonID: 'a\0b' }]), {
    name: 'error',
    code: '22021',
  })
  await assertEqualsRecount(store.pool, [])
  await persistRides(store.pool, [good])
  await assertEqualsRecount(store.pool, [good])
})

test('the largest batch a writer may be set to is one statement like any other', async () => {
  await store.pool.query('truncate rides, skier_days, resort_days, seasons')
  const rides = Array.from({ length: 10_000 }, (_, index) => ({
    id: idOf(index),
    skierID: skiers[index % 7] as number,
    resortID: 1,
    seasonID: '2024',
    dayID: 1,
    time: (index % 420) + 1,
    liftID: (index % 60) + 1,
  }))
  await persistRides(store.pool, rides)
  await assertEqualsRecount(store.pool, rides)
})

function idOf(index: number): string {
  return `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`
}

async function write(pool: Pool, batches: LiftRideEvent[][]): Promise<void> {
  for (const batch of batches) await persistRides(pool, batch)
}

/** Compares every answer the store gives with what follows from the rides by the rules of the domain. */
async function assertEqualsRecount(pool: Pool, rides: LiftRideEvent[]): Promise<void> {
  const stored = await pool.query<{ count: number }>('select count(*) as count from rides')
  assert.equal(stored.rows[0]?.count, rides.length)
  const all = await pool.query<{ vertical: number | null }>(
    'select sum(vertical)::bigint as vertical from skier_days',
  )
  assert.equal(all.rows[0]?.vertical ?? 0, verticalOfAll(rides))

  for (const skierID of skiers) {
    const ofSkier = rides.filter((ride) => ride.skierID === skierID)
    for (const resortID of resorts) {
      const here = ofSkier.filter((ride) => ride.resortID === resortID)
      assert.deepEqual(
        await readSkierResortTotals(pool, skierID, [String(resortID)], undefined),
        seasonTotals(here),
      )
      for (const seasonID of seasons)
        for (const dayID of days) {
          const ofDay = here.filter((ride) => ride.seasonID === seasonID && ride.dayID === dayID)
          const vertical = await readSkierDayVertical(pool, { skierID, resortID, seasonID, dayID })
          assert.equal(vertical ?? 0, verticalOfAll(ofDay))
          assert.equal(vertical === undefined, ofDay.length === 0)
        }
    }
    const everywhere = await readSkierResortTotals(pool, skierID, resorts.map(String), undefined)
    assert.deepEqual(everywhere, seasonTotals(ofSkier))
    for (const seasonID of seasons) {
      const total = everywhere.find((row) => row.seasonID === seasonID)?.totalVert ?? 0
      const byDay = await readSkierSeasonDays(pool, skierID, seasonID)
      assert.equal(sum(byDay.map((day) => day.totalVert)), total, 'RID-I4')
      assert.equal(sum(byDay.flatMap((day) => day.lifts.map(verticalOf))), total)
    }
  }

  for (const resortID of resorts) {
    const known = rides.filter((ride) => ride.resortID === resortID).map((ride) => ride.seasonID)
    assert.deepEqual((await readResortSeasons(pool, resortID)) ?? [], [...new Set(known)].toSorted())
    for (const seasonID of seasons)
      for (const dayID of days) {
        const key = { resortID, seasonID, dayID }
        const ofDay = rides.filter(
          (ride) => ride.resortID === resortID && ride.seasonID === seasonID && ride.dayID === dayID,
        )
        const day = await readResortDay(pool, key)
        assert.equal(day?.skiers ?? 0, new Set(ofDay.map((ride) => ride.skierID)).size, 'RID-I5')
        assert.equal(day?.rides ?? 0, ofDay.length)
        const lifts = (await readRidesByLift(pool, key)).map((row) => [row.liftID, row.numRides])
        const hours = (await readRidesByHour(pool, key)).map((row) => [row.hour, row.numRides])
        assert.deepEqual(
          lifts,
          countBy(ofDay, (ride) => ride.liftID),
          'RID-I6',
        )
        assert.deepEqual(
          hours,
          countBy(ofDay, (ride) => hourOf(ride.time)),
          'RID-I6',
        )
      }
  }
}

function verticalOfAll(rides: LiftRideEvent[]): number {
  return sum(rides.map((ride) => verticalOf(ride.liftID)))
}

function seasonTotals(rides: LiftRideEvent[]) {
  const bySeason = Map.groupBy(rides, (ride) => ride.seasonID)
  const rows = [...bySeason].map(([seasonID, ofSeason]) => ({ seasonID, totalVert: verticalOfAll(ofSeason) }))
  return rows.toSorted((left, right) => left.seasonID.localeCompare(right.seasonID))
}

function countBy(rides: LiftRideEvent[], keyOf: (ride: LiftRideEvent) => number): number[][] {
  const groups = [...Map.groupBy(rides, keyOf)].map(([key, group]) => [key, group.length])
  return groups.toSorted(([left = 0], [right = 0]) => left - right)
}

function sum(numbers: number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
