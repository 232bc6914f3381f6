import { Redis } from 'ioredis'
import { DependencyUnavailable } from '../errors/dependency-unavailable.ts'
import type { Logger } from '../log/logger.ts'
import type { Metrics } from '../metrics/metrics.ts'

export interface RedisOptions {
  url: string
  /** Longest time for one command. */
  timeoutMs: number
  log: Logger
  metrics: Metrics
}

export interface RedisConnection {
  client: Redis
  /** True, or why Redis cannot be used now. */
  readiness(): true | string
  close(): Promise<void>
}

/**
 * A connection to Redis for caches and rebuildable data. It comes back by itself, and while it is away commands
 * fail at once: a cache that answers late is worse than none.
 */
export function openRedis(options: RedisOptions): RedisConnection {
  const client = new Redis(options.url, {
    enableOfflineQueue: false,
    enableAutoPipelining: true,
    maxRetriesPerRequest: 0,
    commandTimeout: options.timeoutMs,
    connectTimeout: options.timeoutMs,
    retryStrategy: (attempt) => Math.min(50 * 2 ** attempt, 1_000),
  })
  client.on('error', (error: Error) => options.log.warn({ reason: error.message }, 'Redis connection error'))
  options.metrics.gauge('chairlift_redis_connected', '1 while Redis can be used.', [], () =>
    client.status === 'ready' ? 1 : 0,
  )
  return {
    client,
    readiness: () => (client.status === 'ready' ? true : `redis ${client.status}`),
    async close() {
      await client.quit().catch(() => client.disconnect())
    },
  }
}

/** Turns any failure of a Redis command into the error that callers degrade on. */
export function redisUnavailable(error: unknown): DependencyUnavailable {
  return new DependencyUnavailable('redis', error instanceof Error ? error.message : String(error), {
    cause: error,
  })
}
