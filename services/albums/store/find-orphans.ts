import type { Pool } from '@chairlift/kit/postgres/open-pool.ts'
import { query } from '@chairlift/kit/postgres/statement.ts'

const findOrphansStatement = {
  name: 'find-orphans',
  text: `select id from unnest($1::uuid[]) as image (id)
          where not exists (select from albums where albums.id = image.id)`,
}

/** Those of the ids that no album has. Ask the primary: a replica may be behind. @throws DependencyUnavailable */
export async function findOrphans(pool: Pool, ids: readonly string[]): Promise<string[]> {
  const rows = await query<{ id: string }>(pool, findOrphansStatement, [ids])
  return rows.map(({ id }) => id)
}
