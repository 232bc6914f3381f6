import type { Pool } from '@chairlift/kit/postgres/open-pool.ts'
import { query } from '@chairlift/kit/postgres/statement.ts'

const statement = {
  name: 'skier-season-days',
  text: `select day_id, 10 * sum(lift_id)::bigint as vertical, array_agg(lift_id order by minute, lift_id) as lifts
           from rides where skier_id = $1 and season_id = $2 group by day_id order by day_id`,
}

export interface SkierDay {
  dayID: number
  totalVert: number
  /** Every ride's lift, in the order of the day. */
  lifts: number[]
}

/** A skier's days of a season, over all resorts: how many, how high, on which lifts (queries Q1–Q3). */
export async function readSkierSeasonDays(
  pool: Pool,
  skierID: number,
  seasonID: string,
): Promise<SkierDay[]> {
  const rows = await query<{ day_id: number; vertical: number; lifts: number[] }>(pool, statement, [
    skierID,
    seasonID,
  ])
  return rows.map((row) => ({ dayID: row.day_id, totalVert: row.vertical, lifts: row.lifts }))
}
