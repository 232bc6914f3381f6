import type { Pool } from '@chairlift/kit/postgres/open-pool.ts'
import { query } from '@chairlift/kit/postgres/statement.ts'

export interface LikeCounts {
  likes: number
  dislikes: number
}

/** At most as many rows of counts as there are stripes for an album, however many reviews it has. */
const readLikesStatement = {
  name: 'read-likes',
  text: `
select albums.id, coalesce(sum(likes), 0)::bigint as likes, coalesce(sum(dislikes), 0)::bigint as dislikes
  from albums left join review_counts on album_id = albums.id
 where albums.id = any ($1::uuid[]) group by albums.id`,
}

/** Counts of these albums, in their order; undefined where there is no album. @throws DependencyUnavailable */
export async function readLikes(pool: Pool, ids: readonly string[]): Promise<(LikeCounts | undefined)[]> {
  const rows = await query<{ id: string } & LikeCounts>(pool, readLikesStatement, [ids])
  const found = new Map(rows.map(({ id, likes, dislikes }) => [id, { likes, dislikes }]))
  return ids.map((id) => found.get(id))
}
