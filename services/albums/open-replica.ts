import type { StopPhases } from '@chairlift/kit/lifecycle/stop-phases.ts'
import type { Logger } from '@chairlift/kit/log/logger.ts'
import { createMetrics } from '@chairlift/kit/metrics/metrics.ts'
import { openPool } from '@chairlift/kit/postgres/open-pool.ts'
import {
  type CircuitBreakerOptions,
  createCircuitBreaker,
} from '@chairlift/kit/resilience/circuit-breaker.ts'
import type { AlbumReaderParts } from './cache/album-reader.ts'
import { createGroupedRead } from './store/album-store.ts'

/** Longest wait for a replica (ms): the primary is there to answer instead. */
const replicaTimeoutMs = 1_000

/** Reads from the replica that the settings name, with their breaker; undefined when they name none. */
export function openReplica(
  config: { databaseReplicaUrl: string; databaseConnections: number },
  parts: { log: Logger; stop: StopPhases; breaker: Omit<CircuitBreakerOptions, 'name'> },
): AlbumReaderParts['replica'] {
  if (config.databaseReplicaUrl === '') return undefined
  const pool = openPool({
    url: config.databaseReplicaUrl,
    name: 'albums-api replica',
    connections: config.databaseConnections,
    timeoutMs: replicaTimeoutMs,
    log: parts.log,
    // The pool's gauges have no label that would tell it from the primary's, which are the ones to watch.
    metrics: createMetrics('replica'),
  })
  parts.stop.add('close the pool of the replica', () => pool.end())
  return {
    read: createGroupedRead(pool),
    breaker: createCircuitBreaker({ ...parts.breaker, name: 'replica' }),
  }
}
