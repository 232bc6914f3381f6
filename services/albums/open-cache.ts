import type { StopPhases } from '@chairlift/kit/lifecycle/stop-phases.ts'
import type { Logger } from '@chairlift/kit/log/logger.ts'
import type { Metrics } from '@chairlift/kit/metrics/metrics.ts'
import { openRedis } from '@chairlift/kit/redis/open-redis.ts'
import {
  type CircuitBreakerOptions,
  createCircuitBreaker,
} from '@chairlift/kit/resilience/circuit-breaker.ts'
import { type AlbumCache, noCache, openAlbumCache } from './cache/album-cache.ts'

/** The cache that the settings ask for, with its breaker. */
export function openCache(
  config: { cacheAlbums: boolean; redisUrl: string; redisTimeoutMs: number; cacheSeconds: number },
  parts: { log: Logger; metrics: Metrics; stop: StopPhases; breaker: Omit<CircuitBreakerOptions, 'name'> },
): AlbumCache {
  if (!config.cacheAlbums) return noCache
  const { log, metrics } = parts
  const redis = openRedis({ url: config.redisUrl, timeoutMs: config.redisTimeoutMs, log, metrics })
  parts.stop.add('close Redis', () => redis.close())
  return openAlbumCache(redis, createCircuitBreaker({ ...parts.breaker, name: 'redis' }), config.cacheSeconds)
}
