import type { BlobStore } from '@chairlift/kit/blobs/blob-store.ts'
import { removeOldSpoolFiles } from '@chairlift/kit/blobs/receive-blob.ts'
import type { Logger } from '@chairlift/kit/log/logger.ts'
import type { Metrics } from '@chairlift/kit/metrics/metrics.ts'
import type { Pool } from '@chairlift/kit/postgres/open-pool.ts'
import { albumIdTimeMs, albumOfImage, imageKey } from './album.ts'
import { findOrphans } from './store/find-orphans.ts'

export interface SweeperOptions {
  pool: Pool
  blobs: BlobStore
  /** How long after its id was made an image may still get its row (ms). */
  graceMs: number
  intervalMs: number
  log: Logger
  metrics: Metrics
}

export interface Sweeper {
  /** Looks through the store once. @returns number of images removed @throws DependencyUnavailable */
  sweep(): Promise<number>
  stop(): Promise<void>
}

/** Chosen once for this work; any number that nobody else uses would do. */
const advisoryLock = 5_243_117

/**
 * Removes images whose album was never committed, because a process or the database went away in between, and
 * unfinished uploads of crashed processes. An image gets its row within the time-outs of one request; what is older
 * than the grace time and has none can never get one. Of many processes one sweeps at a time.
 */
export function startSweeper(options: SweeperOptions): Sweeper {
  const { pool, blobs, graceMs, log, metrics } = options
  const removals = metrics.counter(
    'chairlift_orphan_images_removed_total',
    'Images removed that had no album.',
  )
  let running: Promise<unknown> = Promise.resolve()

  async function sweepPage(keys: readonly string[], beforeMs: number): Promise<number> {
    const candidates = keys
      .flatMap((key) => albumOfImage(key) ?? [])
      .filter((id) => albumIdTimeMs(id) < beforeMs)
    if (candidates.length === 0) return 0
    const orphans = await findOrphans(pool, candidates)
    await blobs.remove(orphans.map(imageKey))
    removals.inc(orphans.length)
    return orphans.length
  }

  async function sweep(): Promise<number> {
    const client = await pool.connect()
    try {
      const { rows } = await client.query<{ locked: boolean }>('select pg_try_advisory_lock($1) as locked', [
        advisoryLock,
      ])
      if (!rows[0]?.locked) return 0
      try {
        const beforeMs = Date.now() - graceMs
        let removed = 0
        for await (const keys of blobs.list()) removed += await sweepPage(keys, beforeMs)
        await removeOldSpoolFiles(blobs.spoolFolder, graceMs)
        if (removed > 0) log.info({ removed }, 'images without an album removed')
        return removed
      } finally {
        await client.query('select pg_advisory_unlock($1)', [advisoryLock])
      }
    } finally {
      client.release()
    }
  }

  const timer = setInterval(() => {
    running = running.then(sweep).catch((error: Error) => log.warn({ reason: error.message }, 'sweep failed'))
  }, options.intervalMs)

  return {
    sweep,
    async stop() {
      clearInterval(timer)
      await running
    },
  }
}
