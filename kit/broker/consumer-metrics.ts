import type { Metrics } from '../metrics/metrics.ts'

/** What a consumer tells of itself; the operator reads busy seconds, the lab what is unacknowledged. */
export function createConsumerMetrics(metrics: Metrics, read: { unacked(): number; oldestAgeMs(): number }) {
  metrics.gauge(
    'chairlift_consumer_unacked_messages',
    'Messages held, not yet acknowledged.',
    [],
    read.unacked,
  )
  metrics.gauge(
    'chairlift_consumer_oldest_age_seconds',
    'Age of the oldest message held.',
    [],
    () => read.oldestAgeMs() / 1_000,
  )
  return {
    busySeconds: metrics.counter('chairlift_consumer_busy_seconds_total', 'Time spent applying events.'),
    events: metrics.counter('chairlift_consumer_events_total', 'Events applied and acknowledged.'),
    messages: metrics.counter('chairlift_consumer_messages_total', 'Messages acknowledged.'),
    redelivered: metrics.counter('chairlift_consumer_redelivered_total', 'Messages delivered before.'),
    parked: metrics.counter('chairlift_consumer_parked_total', 'Events parked.'),
    retries: metrics.counter(
      'chairlift_consumer_retries_total',
      'Batches tried again after a passing fault.',
    ),
    batchEvents: metrics.histogram(
      'chairlift_consumer_batch_events',
      'Events in a batch.',
      [],
      [1, 5, 10, 25, 50, 100, 250, 500, 1_000],
    ),
  }
}
