import pg, { type Pool } from 'pg'
import type { Logger } from '../log/logger.ts'
import type { Metrics } from '../metrics/metrics.ts'

export type { Pool }

/** `bigint` columns hold counts and sums far below 2^53; as numbers they go straight into answers. */
const int8Oid = 20
pg.types.setTypeParser(int8Oid, Number)

export interface PoolOptions {
  url: string
  /** Shown in pg_stat_activity. */
  name: string
  connections: number
  /** Longest time for one statement, and for getting a connection. */
  timeoutMs: number
  log: Logger
  metrics: Metrics
}

/** Connections to Postgres. They are opened on demand, so this succeeds while Postgres is down. */
export function openPool(options: PoolOptions): Pool {
  const pool = new pg.Pool({
    connectionString: options.url,
    application_name: options.name,
    max: options.connections,
    connectionTimeoutMillis: options.timeoutMs,
    statement_timeout: options.timeoutMs,
    // The server's own time-out answers first; this one catches a server that answers nothing.
    query_timeout: options.timeoutMs + 1_000,
    idleTimeoutMillis: 30_000,
    keepAlive: true,
  })
  // An idle connection that breaks is replaced by the pool; without a listener Node would exit.
  pool.on('error', (error) => options.log.warn({ reason: error.message }, 'idle Postgres connection lost'))
  // A borrowed connection that breaks reports that to whoever waits for its answer, too.
  pool.on('connect', (client) => client.on('error', () => undefined))
  options.metrics.gauge(
    'chairlift_postgres_waiting_requests',
    'Requests that wait for a connection.',
    [],
    () => {
      return pool.waitingCount
    },
  )
  options.metrics.gauge('chairlift_postgres_connections', 'Open connections.', [], () => pool.totalCount)
  return pool
}
