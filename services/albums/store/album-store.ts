import type { Pool } from '@chairlift/kit/postgres/open-pool.ts'
import { groupCalls } from '@chairlift/kit/resilience/grouped-calls.ts'
import type { Album } from '../album.ts'
import { insertAlbums } from './insert-albums.ts'
import { readAlbums } from './read-albums.ts'
import { type LikeCounts, readLikes } from './read-likes.ts'

/** Rows of one statement at most; beyond a few dozen a larger group saves little. */
const groupSize = 256
/** Statements of one kind under way at once. */
const concurrency = 2

/** The questions of one request each, which travel to Postgres together with their neighbours in time. */
export interface AlbumStore {
  /** Resolves when the album is committed. @throws DependencyUnavailable */
  insert(album: Album): Promise<void>
  readLikes(id: string): Promise<LikeCounts | undefined>
  read(id: string): Promise<Album | undefined>
}

/** The store over a pool of the primary. */
export function createAlbumStore(pool: Pool): AlbumStore {
  return {
    insert: groupCalls({
      groupSize,
      concurrency,
      run: async (albums) => {
        await insertAlbums(pool, albums)
        return albums.map(() => undefined)
      },
    }),
    readLikes: groupCalls({ groupSize, concurrency, run: (ids) => readLikes(pool, ids) }),
    read: createGroupedRead(pool),
  }
}

/** Reads of albums, from the primary or a replica. */
export function createGroupedRead(pool: Pool): AlbumStore['read'] {
  return groupCalls({ groupSize, concurrency, run: (ids) => readAlbums(pool, ids) })
}
