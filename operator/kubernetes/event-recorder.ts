import type { Logger } from '@chairlift/kit/log/logger.ts'
import type { ApiClient } from './api-client.ts'
import type { ApiObject } from './objects.ts'
import { TokenBucket } from './token-bucket.ts'

export type EventType = 'Normal' | 'Warning'

export interface EventRecorder {
  /** Tells about an object; never throws, never waits. @param reason CamelCase */
  record(object: ApiObject, type: EventType, reason: string, message: string): void
  /** Waits for the events on their way. */
  flush(): Promise<void>
}

/** Events of one object: a burst, then one every 5 minutes, as client-go's spam filter. */
const burst = 25
const refillMs = 300_000

/**
 * Writes Events, which `kubectl describe` shows. They are an account for people, so a lost one is only logged, and an
 * object that has too much to tell is cut short rather than filling the API server.
 *
 * @param reporter name shown as the source; @param instance which of its processes
 */
export function createEventRecorder(
  client: ApiClient,
  reporter: string,
  instance: string,
  log: Logger,
): EventRecorder {
  const buckets = new Map<string, TokenBucket>()
  const underway = new Set<Promise<void>>()
  let sequence = 0

  function allowed(object: ApiObject): boolean {
    const id = object.metadata.uid ?? ''
    const bucket = buckets.get(id) ?? new TokenBucket(burst, refillMs)
    buckets.set(id, bucket)
    // A full bucket says nothing that a new one would not.
    for (const [other, one] of buckets)
      if (other !== id && one.isFull(performance.now())) buckets.delete(other)
    return bucket.take(performance.now())
  }

  return {
    record(object, type, reason, message) {
      if (!allowed(object)) return log.debug({ reason }, 'event left out: too many')
      const { metadata } = object
      const namespace = metadata.namespace ?? 'default'
      const now = new Date()
      const time = now.toISOString().replace(/\.\d{3}Z$/, 'Z')
      const body = {
        apiVersion: 'v1',
        kind: 'Event',
        metadata: {
          name: `${metadata.name}.${now.getTime().toString(16)}${(sequence++).toString(16)}`,
          namespace,
        },
        involvedObject: {
          apiVersion: object.apiVersion,
          kind: object.kind,
          name: metadata.name,
          namespace,
          uid: metadata.uid,
          resourceVersion: metadata.resourceVersion,
        },
        type,
        reason,
        // The API server refuses longer ones.
        message: message.slice(0, 1_000),
        source: { component: reporter, host: instance },
        reportingComponent: reporter,
        reportingInstance: instance,
        firstTimestamp: time,
        lastTimestamp: time,
        count: 1,
      }
      const write = client
        .request('POST', `/api/v1/namespaces/${namespace}/events`, { body })
        .then(() => undefined)
        .catch((error: Error) => log.warn({ reason: error.message }, 'event not written'))
        .finally(() => underway.delete(write))
      underway.add(write)
    },
    async flush() {
      await Promise.all(underway)
    },
  }
}
