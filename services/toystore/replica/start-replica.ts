import type { ProcessContext } from '@chairlift/kit/lifecycle/run-process.ts'
import { migrateWhenReady } from '@chairlift/kit/postgres/migrate-when-ready.ts'
import { openPool, type Pool } from '@chairlift/kit/postgres/open-pool.ts'
import { toystoreMigrations } from '../config.ts'
import type { CommandLog } from '../log/command-log.ts'
import { referenceToys } from '../shop/toys.ts'
import { openShop, removeShop } from '../store/open-shop.ts'
import type { SqliteShop } from '../store/sqlite-shop.ts'
import type { AppliedEntry } from './applier.ts'
import { type LogSettings, openLog } from './open-log.ts'
import { Replica } from './replica.ts'

export interface ReplicaSettings extends LogSettings {
  dataFolder: string
  databaseConnections: number
  databaseTimeoutMs: number
}

export interface StartedReplica {
  replica: Replica
  shop: SqliteShop
  pool: Pool
  commandLog: CommandLog
}

/** How long a fresh installation may take until its database is there (ms). */
const databasePatienceMs = 600_000

/**
 * What order replicas and the catalog have in common: the state, the log, and the replica between the two.
 * Registers their end with the process.
 */
export async function startReplica(
  context: Pick<ProcessContext<ReplicaSettings>, 'config' | 'log' | 'metrics' | 'health' | 'stop'>,
  options: {
    name: string
    flush: boolean
    lazyCommitMs: number
    /** Who wants to be told of every applied entry. */
    observe?: (shop: SqliteShop) => (entry: AppliedEntry) => void
  },
): Promise<StartedReplica> {
  const { config, log, metrics, health, stop } = context
  const pool = openPool({
    url: config.databaseUrl,
    name: options.name,
    connections: config.databaseConnections,
    timeoutMs: config.databaseTimeoutMs,
    log,
    metrics,
  })
  stop.add('close the Postgres pool', () => pool.end())
  const migrated = migrateWhenReady(pool, 'toystore', toystoreMigrations, log, databasePatienceMs)
  // With a log in RabbitMQ and a state of one's own, Postgres is not needed to serve.
  if (config.logDriver === 'postgres') await migrated
  else migrated.catch((error: Error) => log.warn({ reason: error.message }, 'no place for snapshots'))

  const { dataFolder, logName } = config
  const shop = await openShop({ dataFolder, logName, pool, flush: options.flush, log })
  stop.add('close the state', () => Promise.resolve(shop.close()))
  const commandLog = await openLog(config, pool, log)
  stop.add('close the log', () => commandLog.close())
  const replica = new Replica({
    store: shop,
    commandLog,
    toys: referenceToys,
    answerTimeoutMs: config.answerTimeoutMs,
    lazyCommitMs: options.lazyCommitMs,
    ...(options.observe && { onApplied: options.observe(shop) }),
    onGap(error) {
      log.fatal({ reason: error.message }, 'the state is too old for the log; it is built anew')
      shop.close()
      void removeShop(dataFolder).then(() => process.exit(1))
    },
    log,
  })
  stop.add('leave the log', () => Promise.resolve(replica.close()))
  health.addCheck('log', () => replica.readiness())
  metrics.gauge('chairlift_toystore_applied_offset', 'Offset of the last log entry applied.', [], () => {
    return shop.applied.offset
  })
  metrics.gauge('chairlift_toystore_orders', 'Orders in the state.', [], () => shop.orderCount)
  metrics.gauge('chairlift_toystore_log_refused', '1 when state and log contradict each other.', [], () => {
    return replica.refused ? 1 : 0
  })
  await replica.start()
  return { replica, shop, pool, commandLog }
}
