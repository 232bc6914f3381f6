import type { Pool } from '@chairlift/kit/postgres/open-pool.ts'
import { query } from '@chairlift/kit/postgres/statement.ts'
import type { LiftRide } from '../lift-ride.ts'

const statement = {
  name: 'skier-day-vertical',
  text: `select vertical from skier_days
          where skier_id = $1 and season_id = $2 and day_id = $3 and resort_id = $4`,
}

/** Vertical of a skier on a day at a resort (m), undefined without rides. */
export async function readSkierDayVertical(
  pool: Pool,
  day: Omit<LiftRide, 'time' | 'liftID'>,
): Promise<number | undefined> {
  const rows = await query<{ vertical: number }>(pool, statement, [
    day.skierID,
    day.seasonID,
    day.dayID,
    day.resortID,
  ])
  return rows[0]?.vertical
}
