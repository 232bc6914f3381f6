import type { Pool } from '@chairlift/kit/postgres/open-pool.ts'
import { query } from '@chairlift/kit/postgres/statement.ts'
import type { LiftRide } from '../lift-ride.ts'

/** Reads one row by its key, however many rides the skier has had (RID-D14). */
export const skierDayVerticalStatement = {
  name: 'skier-day-vertical',
  text: `select vertical from skier_days
          where skier_id = $1 and season_id = $2 and day_id = $3 and resort_id = $4`,
}

/** Vertical of a skier on a day at a resort (m), undefined without rides. */
export async function readSkierDayVertical(
  pool: Pool,
  day: Omit<LiftRide, 'time' | 'liftID'>,
): Promise<number | undefined> {
  const rows = await query<{ vertical: number }>(pool, skierDayVerticalStatement, [
    day.skierID,
    day.seasonID,
    day.dayID,
    day.resortID,
  ])
  return rows[0]?.vertical
}
