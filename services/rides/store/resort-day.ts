import type { Pool } from '@chairlift/kit/postgres/open-pool.ts'
import { query } from '@chairlift/kit/postgres/statement.ts'

export interface ResortDayKey {
  resortID: number
  seasonID: string
  dayID: number
}

const countStatement = {
  name: 'resort-day',
  text: `select name, skiers, rides from resort_days join resorts using (resort_id)
          where resort_id = $1 and season_id = $2 and day_id = $3`,
}

export interface ResortDay {
  resortName: string
  /** Different skiers. */
  skiers: number
  rides: number
}

/** Skiers and rides of a resort's day from the aggregates, undefined without rides. */
export async function readResortDay(pool: Pool, key: ResortDayKey): Promise<ResortDay | undefined> {
  const rows = await query<{ name: string; skiers: number; rides: number }>(pool, countStatement, values(key))
  const row = rows[0]
  return row && { resortName: row.name, skiers: row.skiers, rides: row.rides }
}

const liftsStatement = {
  name: 'resort-day-lifts',
  text: `select lift_id, count(*) as rides from rides
          where resort_id = $1 and season_id = $2 and day_id = $3 group by lift_id order by lift_id`,
}

/** Rides of a resort's day by lift, counted from the rides themselves (query Q5). */
export async function readRidesByLift(
  pool: Pool,
  key: ResortDayKey,
): Promise<{ liftID: number; numRides: number }[]> {
  const rows = await query<{ lift_id: number; rides: number }>(pool, liftsStatement, values(key))
  return rows.map((row) => ({ liftID: row.lift_id, numRides: row.rides }))
}

const hoursStatement = {
  name: 'resort-day-hours',
  // Hour of the ski day: minute 1..60 is hour 1.
  text: `select (minute + 59) / 60 as hour, count(*) as rides from rides
          where resort_id = $1 and season_id = $2 and day_id = $3 group by 1 order by 1`,
}

/** Rides of a resort's day by hour of the ski day, counted from the rides themselves (query Q6). */
export async function readRidesByHour(
  pool: Pool,
  key: ResortDayKey,
): Promise<{ hour: number; numRides: number }[]> {
  const rows = await query<{ hour: number; rides: number }>(pool, hoursStatement, values(key))
  return rows.map((row) => ({ hour: row.hour, numRides: row.rides }))
}

function values(key: ResortDayKey): unknown[] {
  return [key.resortID, key.seasonID, key.dayID]
}
