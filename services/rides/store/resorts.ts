import type { Pool } from '@chairlift/kit/postgres/open-pool.ts'
import { query } from '@chairlift/kit/postgres/statement.ts'

const resortsStatement = {
  name: 'resorts',
  text: 'select resort_id as "resortID", name as "resortName" from resorts order by resort_id',
}

/** All resorts known: those named at installation and those that rides have mentioned. */
export function readResorts(pool: Pool): Promise<{ resortID: number; resortName: string }[]> {
  return query(pool, resortsStatement, [])
}

const seasonsStatement = {
  name: 'resort-seasons',
  text: `select coalesce(array_agg(season_id order by season_id collate "C")
                         filter (where season_id is not null), '{}') as seasons
           from resorts left join seasons using (resort_id) where resort_id = $1 group by resort_id`,
}

/** A resort's seasons, added or mentioned by rides; undefined for an unknown resort. */
export async function readResortSeasons(pool: Pool, resortID: number): Promise<string[] | undefined> {
  const rows = await query<{ seasons: string[] }>(pool, seasonsStatement, [resortID])
  return rows[0]?.seasons
}

const addSeasonStatement = {
  name: 'add-season',
  text: `with resort as (select resort_id from resorts where resort_id = $1),
         added as (insert into seasons (resort_id, season_id) select resort_id, $2 from resort
                   on conflict do nothing)
         select resort_id from resort`,
}

/** Adds a season to a resort; again changes nothing. @returns false for an unknown resort */
export async function addResortSeason(pool: Pool, resortID: number, seasonID: string): Promise<boolean> {
  return (await query(pool, addSeasonStatement, [resortID, seasonID])).length > 0
}
