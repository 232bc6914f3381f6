import type { Metrics } from '@chairlift/kit/metrics/metrics.ts'

/** What the operator tells of itself; docs/reference/metrics.md explains each. */
export function createControllerMetrics(
  metrics: Metrics,
  read: { isLeader(): boolean; queueDepth(): number; scalers(): number; watchSilenceMs(): number },
) {
  metrics.gauge('chairlift_operator_leader', '1 while this process leads.', [], () => Number(read.isLeader()))
  metrics.gauge('chairlift_operator_queue_depth', 'Scalers that wait for their turn.', [], read.queueDepth)
  metrics.gauge('chairlift_operator_scalers', 'QueueScalers in the cache.', [], read.scalers)
  metrics.gauge(
    'chairlift_operator_watch_silence_seconds',
    'Time since the API server was last heard of QueueScalers.',
    [],
    () => read.watchSilenceMs() / 1_000,
  )
  return {
    reconciles: metrics.counter('chairlift_operator_reconciles_total', 'Reconciles by their result.', [
      'result',
    ]),
    reconcileSeconds: metrics.histogram('chairlift_operator_reconcile_seconds', 'Duration of a reconcile.'),
    decisions: metrics.counter(
      'chairlift_operator_decisions_total',
      'Decisions by the rule that bound them.',
      ['rule'],
    ),
    scaleWrites: metrics.counter('chairlift_operator_scale_writes_total', 'Changes of replicas.', [
      'direction',
    ]),
    statusWrites: metrics.counter('chairlift_operator_status_writes_total', 'Writes of a status.'),
    signalFaults: metrics.counter(
      'chairlift_operator_signal_faults_total',
      'Signals that could not be read.',
      ['reason'],
    ),
    desiredReplicas: metrics.gauge('chairlift_scaler_desired_replicas', 'Replicas wanted.', [
      'namespace',
      'name',
    ]),
    currentReplicas: metrics.gauge('chairlift_scaler_current_replicas', 'Replicas of the target.', [
      'namespace',
      'name',
    ]),
    readyMessages: metrics.gauge(
      'chairlift_scaler_ready_messages',
      'Messages waiting; absent while unknown.',
      ['namespace', 'name'],
    ),
    expectedWaitSeconds: metrics.gauge(
      'chairlift_scaler_expected_wait_seconds',
      'What a message that arrives now will wait; absent while unknown.',
      ['namespace', 'name'],
    ),
  }
}

export type ControllerMetrics = ReturnType<typeof createControllerMetrics>
