import type { Pool } from '@chairlift/kit/postgres/open-pool.ts'
import { query } from '@chairlift/kit/postgres/statement.ts'
import type { Album } from '../album.ts'

const insertAlbumsStatement = {
  name: 'insert-albums',
  text: `
insert into albums (id, artist, title, year, image_type, image_bytes, image_sha256)
select id, artist, title, year, image_type, image_bytes, decode(image_sha256, 'hex')
  from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::int[], $7::text[])
    as album (id, artist, title, year, image_type, image_bytes, image_sha256)`,
}

/**
 * Stores albums, all or none; they are committed when this resolves.
 *
 * @throws DependencyUnavailable when Postgres cannot be used; the albums may be stored then or not
 */
export async function insertAlbums(pool: Pool, albums: readonly Album[]): Promise<void> {
  await query(pool, insertAlbumsStatement, [
    albums.map((album) => album.id),
    albums.map((album) => album.info.artist),
    albums.map((album) => album.info.title),
    albums.map((album) => album.info.year),
    albums.map((album) => album.image.contentType),
    albums.map((album) => album.image.bytes),
    albums.map((album) => album.image.sha256),
  ])
}
