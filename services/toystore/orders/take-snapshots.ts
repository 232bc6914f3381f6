import type { Logger } from '@chairlift/kit/log/logger.ts'
import type { Pool } from 'pg'
import type { CommandLog } from '../log/command-log.ts'
import { putSnapshot, snapshotOffsets } from '../store/snapshots.ts'
import type { SqliteShop } from '../store/sqlite-shop.ts'

export interface SnapshotOptions {
  shop: SqliteShop
  pool: Pool
  commandLog: CommandLog
  logName: string
  everyEntries: number
  /** How often it is looked whether one is due (ms). */
  intervalMs: number
  log: Logger
}

/**
 * Takes a snapshot when the newest of any replica is old enough, and lets go of the log behind the oldest that
 * is kept. Replicas that do so at once only do it twice.
 */
export function takeSnapshots(options: SnapshotOptions): { stop(): Promise<void> } {
  const { shop, pool, commandLog, logName, everyEntries, log } = options
  let running = Promise.resolve()
  let busy = false
  const look = async () => {
    const offsets = await snapshotOffsets(pool, logName)
    if (shop.applied.offset < (offsets[0] ?? -1) + everyEntries) return
    const offset = await putSnapshot(pool, logName, shop)
    log.info({ offset }, 'snapshot taken')
    const oldest = (await snapshotOffsets(pool, logName)).at(-1)
    if (oldest !== undefined) await commandLog.truncate(oldest)
  }
  const timer = setInterval(() => {
    if (busy) return
    busy = true
    running = look()
      .catch((error: Error) => log.warn({ reason: error.message }, 'cannot take a snapshot'))
      .finally(() => {
        busy = false
      })
  }, options.intervalMs)
  return {
    stop() {
      clearInterval(timer)
      return running
    },
  }
}
