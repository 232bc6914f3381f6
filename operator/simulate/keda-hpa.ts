import { isTolerated, scaleDownLimit, scaleUpLimit, stabilize } from '../decide/limits.ts'
import type { Recommendation, ScaleEvent, ScalingRules } from '../decide/types.ts'
import type { ModelScaler } from './model-scaler.ts'
import type { Moment, QueueModel } from './queue-model.ts'

/** KEDA's triggers for RabbitMQ, with what they are compared with. */
export type KedaTrigger =
  /** Ready and unacknowledged messages per replica. */
  | { mode: 'QueueLength'; value: number }
  /** Published messages per second per replica. */
  | { mode: 'MessageRate'; value: number }
  /** Seconds, as KEDA computes them, with `metricType: Value`. */
  | { mode: 'ExpectedQueueConsumptionTime'; value: number }

/** How often the HPA controller looks (its default). */
const syncSeconds = 15
/** What the management API tells is as old as its statistics interval. */
const staleSeconds = 5
/** Rates of the management API are those of the last interval. */
const rateSeconds = 5

/** The defaults of autoscaling/v2. */
const up: ScalingRules = {
  stabilizationWindowMs: 0,
  selectPolicy: 'Max',
  policies: [
    { type: 'Percent', value: 100, periodMs: 15_000 },
    { type: 'Pods', value: 4, periodMs: 15_000 },
  ],
  tolerance: 0.1,
}
const down: ScalingRules = {
  stabilizationWindowMs: 300_000,
  selectPolicy: 'Max',
  policies: [{ type: 'Percent', value: 100, periodMs: 15_000 }],
  tolerance: 0.1,
}

/**
 * KEDA with its RabbitMQ triggers, feeding a HorizontalPodAutoscaler with the default behavior; at least one replica.
 * Restated from KEDA 2.20 (`rabbitmq_scaler.go`) and Kubernetes (`horizontal.go`, `replica_calculator.go`).
 */
export function kedaWithHpa(
  name: string,
  triggers: readonly KedaTrigger[],
  maxReplicas: number,
): ModelScaler {
  let recommendations: Recommendation[] = []
  const events: ScaleEvent[] = []
  return {
    name,
    decide(model, second) {
      if (second % syncSeconds !== 0) return null
      const seen = model.moments[second - staleSeconds]
      const before = model.moments[second - staleSeconds - rateSeconds]
      if (!seen || !before) return null
      const nowMs = second * 1_000
      const { replicas } = model
      const desired = Math.max(...triggers.map((trigger) => proposal(trigger, seen, before, model, second)))
      recommendations = [
        ...recommendations.filter(({ atMs }) => atMs > nowMs - down.stabilizationWindowMs),
        { atMs: nowMs, replicas: recommendations.length === 0 ? replicas : desired },
      ]
      const windows = { upMs: up.stabilizationWindowMs, downMs: down.stabilizationWindowMs }
      let wanted = stabilize(replicas, desired, recommendations, windows, nowMs).replicas
      if (wanted > replicas) wanted = Math.min(wanted, scaleUpLimit(up, replicas, events, nowMs))
      if (wanted < replicas) wanted = Math.max(wanted, scaleDownLimit(down, replicas, events, nowMs))
      wanted = Math.min(maxReplicas, Math.max(1, wanted))
      if (wanted === replicas) return null
      events.push({ atMs: nowMs, from: replicas, to: wanted })
      return wanted
    },
  }
}

function proposal(
  { mode, value }: KedaTrigger,
  seen: Moment,
  before: Moment,
  model: QueueModel,
  second: number,
): number {
  const { replicas } = model
  const publishRate = (seen.published - before.published) / rateSeconds
  if (mode !== 'ExpectedQueueConsumptionTime') {
    // AverageValue: the metric over the target is what is needed.
    const exact = (mode === 'QueueLength' ? seen.ready : publishRate) / value
    return isTolerated(exact, replicas, up, down) ? replicas : Math.ceil(exact)
  }
  const deliverRate = (seen.acknowledged - before.acknowledged) / rateSeconds
  // A stuck queue reports the activation value, which is 0.
  const seconds = deliverRate === 0 ? 0 : (publishRate - deliverRate) / deliverRate + seen.ready / deliverRate
  const ready = model.consumers().filter(({ readyAt }) => readyAt <= second).length
  const ratio = Math.max(0, seconds) / value
  return isTolerated(ratio * replicas, replicas, up, down) ? replicas : Math.ceil(ready * ratio)
}
