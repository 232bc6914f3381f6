import { mkdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Logger } from '@chairlift/kit/log/logger.ts'
import type { Pool } from 'pg'
import { fetchSnapshot } from './snapshots.ts'
import { SqliteShop, UnusableFileError } from './sqlite-shop.ts'

export interface OpenShopOptions {
  dataFolder: string
  logName: string
  /** Where snapshots are; only asked when there is no state of one's own. */
  pool: Pool
  /** Whether a commit must survive a power cut. */
  flush: boolean
  log: Logger
}

const fileName = 'shop.sqlite'

/**
 * Opens the state of this replica: its own file, else the newest snapshot of the log, else an empty one. A file
 * that is damaged, or belongs to another log, is set aside and not deleted: it may be all that is left of
 * something (README, "When the log has lost its end").
 *
 * @throws UnusableFileError when another process holds the file
 */
export async function openShop(options: OpenShopOptions): Promise<SqliteShop> {
  const { dataFolder, logName, log, flush } = options
  await mkdir(dataFolder, { recursive: true })
  const file = join(dataFolder, fileName)
  try {
    const shop = new SqliteShop(file, logName, flush)
    if (shop.applied.offset >= 0 || shop.logId !== null) return shop
    shop.close()
  } catch (error) {
    if (!(error instanceof UnusableFileError) || isHeld(error)) throw error
    const aside = join(dataFolder, `set-aside-${Date.now()}.sqlite`)
    log.error({ reason: error.message, aside }, 'the state cannot be used; it is set aside and built anew')
    await rename(file, aside)
  }
  await removeShop(dataFolder)
  await fetchWhenReady(options, file)
  return new SqliteShop(file, logName, flush)
}

/** Deletes the state, so that the next start builds it anew. */
export async function removeShop(dataFolder: string): Promise<void> {
  const file = join(dataFolder, fileName)
  await Promise.all(['', '-wal', '-shm', '-journal'].map((end) => rm(`${file}${end}`, { force: true })))
}

/** Waits for Postgres: to begin empty while a snapshot exists could mean to begin without the log's past. */
async function fetchWhenReady({ pool, logName, log }: OpenShopOptions, file: string): Promise<void> {
  while (true) {
    try {
      const offset = await fetchSnapshot(pool, logName, file)
      if (offset !== null) log.info({ offset }, 'state taken from a snapshot')
      return
    } catch (error) {
      log.warn({ reason: (error as Error).message }, 'cannot look for a snapshot yet')
      await delay(500)
    }
  }
}

function isHeld(error: UnusableFileError): boolean {
  return /locked|busy/i.test(error.message)
}
