import type { Pool } from '@chairlift/kit/postgres/open-pool.ts'
import { query } from '@chairlift/kit/postgres/statement.ts'
import type { Album } from '../album.ts'

const readAlbumsStatement = {
  name: 'read-albums',
  text: `select id, artist, title, year, image_type, image_bytes, encode(image_sha256, 'hex') as image_sha256
           from albums where id = any ($1::uuid[])`,
}

interface Row {
  id: string
  artist: string
  title: string
  year: string
  image_type: string
  image_bytes: number
  image_sha256: string
}

/** The albums of these ids, in their order; undefined where there is none. @throws DependencyUnavailable */
export async function readAlbums(pool: Pool, ids: readonly string[]): Promise<(Album | undefined)[]> {
  const rows = await query<Row>(pool, readAlbumsStatement, [ids])
  const found = new Map(rows.map((row) => [row.id, toAlbum(row)]))
  return ids.map((id) => found.get(id))
}

function toAlbum(row: Row): Album {
  return {
    id: row.id,
    info: { artist: row.artist, title: row.title, year: row.year },
    image: { contentType: row.image_type, bytes: row.image_bytes, sha256: row.image_sha256 },
  }
}
