import type { Metrics } from '@chairlift/kit/metrics/metrics.ts'

/** Hits and misses of the cache since the process started. */
export interface CacheCounts {
  hits: number
  misses: number
  record(hit: boolean): void
}

export function createCacheCounts(metrics: Metrics): CacheCounts {
  const counter = metrics.counter('chairlift_toystore_cache_reads_total', 'Reads of toys.', ['result'])
  return {
    hits: 0,
    misses: 0,
    record(hit) {
      if (hit) this.hits++
      else this.misses++
      counter.inc({ result: hit ? 'hit' : 'miss' })
    },
  }
}
