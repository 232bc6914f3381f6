import type { Pool } from '@chairlift/kit/postgres/open-pool.ts'
import { query } from '@chairlift/kit/postgres/statement.ts'

const statement = {
  name: 'skier-resort-totals',
  text: `select season_id, sum(vertical)::bigint as vertical from skier_days
          where skier_id = $1 and resort_id::text = any($2::text[])
            and ($3::text[] is null or season_id = any($3::text[]))
          group by season_id order by season_id collate "C"`,
}

export interface SeasonTotal {
  seasonID: string
  totalVert: number
}

/**
 * Vertical of a skier per season (m), summed over the given resorts.
 *
 * @param resortIDs compared as text with the resort of a ride, as the interface has strings here
 * @param seasonIDs undefined means all seasons
 */
export async function readSkierResortTotals(
  pool: Pool,
  skierID: number,
  resortIDs: readonly string[],
  seasonIDs: readonly string[] | undefined,
): Promise<SeasonTotal[]> {
  const rows = await query<{ season_id: string; vertical: number }>(pool, statement, [
    skierID,
    resortIDs,
    seasonIDs ?? null,
  ])
  return rows.map((row) => ({ seasonID: row.season_id, totalVert: row.vertical }))
}
