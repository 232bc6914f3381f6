import { createLogger } from '@chairlift/kit/log/logger.ts'
import { createMetrics } from '@chairlift/kit/metrics/metrics.ts'
import { migrate } from '@chairlift/kit/postgres/migrate.ts'
import { openPool, type Pool } from '@chairlift/kit/postgres/open-pool.ts'
import { freshDatabase } from '@chairlift/kit/testing/fresh-database.ts'
import { ridesMigrations } from '../queues.ts'

export interface OpenStore extends AsyncDisposable {
  pool: Pool
  /** A further pool on the same database, as another process would have. */
  openPool(): Pool
}

/** The service's tables in a database of their own, without any process. */
export async function openStore(): Promise<OpenStore> {
  const log = createLogger('rides-store-test', 'silent')
  const database = await freshDatabase()
  const owned = new AsyncDisposableStack()
  owned.use(database)
  const open = () => {
    const pool = openPool({
      url: database.url,
      name: 'rides-store-test',
      connections: 4,
      timeoutMs: 10_000,
      log,
      metrics: createMetrics('rides-store-test'),
    })
    owned.defer(() => pool.end())
    return pool
  }
  const pool = open()
  await migrate(pool, 'rides', ridesMigrations, log)
  return { pool, openPool: open, [Symbol.asyncDispose]: () => owned.disposeAsync() }
}
