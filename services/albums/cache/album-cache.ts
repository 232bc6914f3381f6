import type { RedisConnection } from '@chairlift/kit/redis/open-redis.ts'
import type { CircuitBreaker } from '@chairlift/kit/resilience/circuit-breaker.ts'
import type { AlbumEntry } from './album-entry.ts'

/** Albums in Redis. It may lose or refuse anything: no answer of it is ever an error for its user. */
export interface AlbumCache {
  get(id: string): Promise<AlbumEntry | undefined>
  /** Resolves when the entry is kept, or when it is known that it will not be. */
  put(id: string, entry: AlbumEntry): Promise<void>
}

/**
 * The cache. Albums never change, so whatever is found is right and needs no invalidation; that an album is *not*
 * there is never kept, since it may come. While Redis hangs, the breaker spares readers the wait.
 */
export function openAlbumCache(
  { client }: Pick<RedisConnection, 'client'>,
  breaker: CircuitBreaker,
  entrySeconds: number,
): AlbumCache {
  const keyOf = (id: string) => `chairlift:album:${id}`
  return {
    async get(id) {
      try {
        return (await breaker.call(() => client.get(keyOf(id)))) ?? undefined
      } catch {
        return undefined
      }
    },
    async put(id, entry) {
      await breaker.call(() => client.set(keyOf(id), entry, 'EX', entrySeconds)).catch(() => undefined)
    },
  }
}

/** No cache at all: every read goes to the database. */
export const noCache: AlbumCache = {
  get: () => Promise.resolve(undefined),
  put: () => Promise.resolve(),
}
