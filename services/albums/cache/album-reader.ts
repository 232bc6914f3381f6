import type { Metrics } from '@chairlift/kit/metrics/metrics.ts'
import type { CircuitBreaker } from '@chairlift/kit/resilience/circuit-breaker.ts'
import { type Album, isAlbumId } from '../album.ts'
import type { AlbumCache } from './album-cache.ts'
import { type AlbumEntry, toEntry } from './album-entry.ts'

type ReadAlbum = (id: string) => Promise<Album | undefined>

export interface AlbumReaderParts {
  cache: AlbumCache
  primary: ReadAlbum
  /** A read replica and the breaker that keeps its failures away from readers. */
  replica?: { read: ReadAlbum; breaker: CircuitBreaker }
  metrics: Metrics
}

/** Reads an album by its id, as text from a path; undefined when there is none. @throws DependencyUnavailable */
export type ReadEntry = (id: string) => Promise<AlbumEntry | undefined>

/**
 * Cache, then replica, then primary. An album never changes, so the first that has it is right. A replica that
 * does not have it proves nothing, since it may be behind: only the primary may say that there is no album, and so
 * a client always finds what it has posted, whatever the lag. Readers of one album at one time share one read.
 */
export function createAlbumReader({ cache, primary, replica, metrics }: AlbumReaderParts): ReadEntry {
  const reads = metrics.counter('chairlift_album_reads_total', 'Albums read, by who had them.', ['source'])
  const [fromCache, fromReplica, fromPrimary, fromNobody] = (
    ['cache', 'replica', 'primary', 'nobody'] as const
  ).map((source) => reads.labels(source)) as [Count, Count, Count, Count]
  const underWay = new Map<string, Promise<AlbumEntry | undefined>>()

  async function read(id: string): Promise<AlbumEntry | undefined> {
    const cached = await cache.get(id)
    if (cached !== undefined) {
      fromCache.inc()
      return cached
    }
    const replicated = await readReplica(id)
    const album = replicated ?? (await primary(id))
    if (!album) {
      fromNobody.inc()
      return undefined
    }
    ;(replicated ? fromReplica : fromPrimary).inc()
    const entry = toEntry(album)
    void cache.put(id, entry)
    return entry
  }

  async function readReplica(id: string): Promise<Album | undefined> {
    if (!replica) return undefined
    return await replica.breaker.call(() => replica.read(id)).catch(() => undefined)
  }

  return (id) => {
    if (!isAlbumId(id)) return Promise.resolve(undefined)
    let shared = underWay.get(id)
    if (!shared) {
      shared = read(id).finally(() => underWay.delete(id))
      underWay.set(id, shared)
    }
    return shared
  }
}

interface Count {
  inc(): void
}
