import type { Decision, Policy } from '../decide/types.ts'
import type { StatusRecommendation } from './status-schema.ts'

/** The form of a decision in `status.recommendation`: no floats, unknown figures left out. */
export function describeRecommendation(
  decision: Decision,
  mode: Policy['mode'],
  computedAtMs: number,
): StatusRecommendation {
  const { inputs, neededReplicas, limitedBy } = decision
  return {
    replicas: decision.desiredReplicas,
    mode,
    computedAt: new Date(computedAtMs).toISOString(),
    ...(neededReplicas !== null && { neededReplicas }),
    bindingRule: decision.bindingRule,
    ...(limitedBy !== null && { limitedBy }),
    explanation: decision.explanation,
    inputs: withoutNulls({
      readyMessages: inputs.readyMessages,
      unacknowledgedMessages: inputs.unacknowledgedMessages,
      readyConsumers: inputs.readyConsumers,
      arrivalPerSecond: rate(inputs.arrivalPerSecond),
      acknowledgedPerSecond: rate(inputs.acknowledgedPerSecond),
      messagesPerSecondPerConsumer: rate(inputs.messagesPerSecondPerConsumer),
      rateSource: inputs.rateSource,
      utilizationPercent: percent(inputs.utilization),
      redeliveredPercent: percent(inputs.redeliveredShare),
      startup: seconds(inputs.startupMs),
      drainWithin: seconds(inputs.drainWithinMs),
      signalAge: seconds(inputs.signalAgeMs),
      expectedWait: seconds(inputs.expectedWaitMs),
    }),
  }
}

const rate = (value: number | null) =>
  value === null ? null : value >= 100 ? value.toFixed(0) : value.toPrecision(3).replace(/\.0+$/, '')
const percent = (value: number | null) => (value === null ? null : Math.round(value * 100))
const seconds = (ms: number | null) => (ms === null ? null : `${Math.round(ms / 100) / 10}s`)

type Known<T> = { [K in keyof T]?: Exclude<T[K], null> }

function withoutNulls<T extends Record<string, unknown>>(value: T): Known<T> {
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== null)) as Known<T>
}
