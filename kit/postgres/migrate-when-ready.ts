import { setTimeout as delay } from 'node:timers/promises'
import type { Pool } from 'pg'
import type { Logger } from '../log/logger.ts'
import { migrate } from './migrate.ts'

/**
 * Migrates as soon as Postgres can be reached, so that processes may start in any order.
 *
 * @throws Error when a migration itself fails, or Postgres is not there after `patienceMs`
 */
export async function migrateWhenReady(
  pool: Pool,
  system: string,
  folder: URL,
  log: Logger,
  patienceMs = 60_000,
): Promise<void> {
  const deadline = performance.now() + patienceMs
  while (true) {
    try {
      await migrate(pool, system, folder, log)
      return
    } catch (error) {
      const reachable = error instanceof Error && error.message.startsWith('migration ')
      if (reachable || performance.now() > deadline) throw error
      log.warn({ reason: (error as Error).message }, 'cannot migrate yet')
      await delay(250)
    }
  }
}
