import type { BindingRule, DecisionInputs, LimitedBy, Policy } from './types.ts'

const number = (value: number) =>
  value >= 10 || Number.isInteger(value) ? Math.round(value).toString() : value.toPrecision(2)
const seconds = (ms: number) => `${number(ms / 1_000)} s`

/** What held a decision back, as the end of a sentence that begins with "limited to N". */
export const limitSentences: Readonly<Record<LimitedBy, string>> = {
  Tolerance: 'the difference is within the tolerance',
  ScaleUpStabilization: 'the stabilization window of scaling up asks for less',
  ScaleDownStabilization: 'the stabilization window of scaling down asks for more',
  ScaleUpPolicy: 'the scale-up policies allow no more now',
  ScaleDownPolicy: 'the scale-down policies allow no fewer now',
  MinReplicas: 'fewer than minReplicas are never made',
  MaxReplicas: 'more than maxReplicas are never made',
  ConsumerLimit: 'the queue lets no more consumers work at once',
  Brake: 'the brake is on: more consumers would only load what is saturated',
  IneffectiveScaling: 'the last scale-ups brought no throughput',
  RedeliveryStorm: 'most messages come back undone',
  UnknownSignal: 'nothing is taken away while a queue or a rate is not known',
  IdleCooldown: 'the last one stays until nothing has been waiting or in work for the idle cooldown',
  Paused: 'paused by an annotation',
}

/** One or two sentences: what was seen, what it asks for, and what held it back. */
export function explain(
  policy: Policy,
  rule: BindingRule,
  inputs: DecisionInputs,
  needed: number | null,
  outcome: { replicas: number; limitedBy: LimitedBy | null },
  brakeDetail: string | null,
): string {
  const limited =
    outcome.limitedBy === null
      ? ''
      : `; ${outcome.replicas} because ${limitSentences[outcome.limitedBy]}${
          outcome.limitedBy === 'Brake' && brakeDetail ? ` (${brakeDetail})` : ''
        }`
  return `${reason(policy, rule, inputs, needed)}${limited}.`
}

function reason(policy: Policy, rule: BindingRule, inputs: DecisionInputs, needed: number | null): string {
  const waiting = `${inputs.readyMessages ?? 'unknown'} waiting`
  const held = inputs.unacknowledgedMessages === null ? '' : ` and ${inputs.unacknowledgedMessages} in work`
  switch (rule) {
    case 'SwitchedOff':
      return 'the target has 0 replicas and minReplicas is not 0: switched off by hand, left alone'
    case 'Paused':
      return 'paused by an annotation'
    case 'Hold':
      return 'the queues cannot be seen: nothing is changed'
    case 'Fallback':
      return `the queues have not been seen for longer than fallback.after: at least ${needed}`
    case 'Idle':
      return 'nothing is waiting and nothing arrives: none are needed'
    case 'LearnRate':
      return `${waiting}${held}; what a consumer does is not known yet: ${needed} until it is`
    case 'MessagesPerReplica':
      return `${waiting}${held}: ${needed} at ${perReplica(policy)} each`
    case 'WakeUp':
      return `${waiting} and no consumer: ${needed} to begin with`
    case 'KeepUpWithArrivals':
    case 'DrainBacklog':
      return describeAge(policy, inputs, needed)
  }
}

const perReplica = ({ objective }: Policy) =>
  objective.type === 'MessagesPerReplica' ? objective.messagesPerReplica : 0

/** `612 msg/s in, 51 msg/s per consumer: 15 keep up at 80 %; 8123 waiting need 23 to be done in 15 s`. */
function describeAge(policy: Policy, inputs: DecisionInputs, needed: number | null): string {
  const { arrivalPerSecond, messagesPerSecondPerConsumer: each, readyMessages, drainWithinMs } = inputs
  const utilization = policy.objective.type === 'MaxMessageAge' ? policy.objective.targetUtilization : 1
  const arrivals =
    arrivalPerSecond === null ? 'an unknown number arriving' : `${number(arrivalPerSecond)} msg/s in`
  const rate = each === null ? '' : `, ${number(each)} msg/s per consumer`
  const keepUp =
    arrivalPerSecond === null || each === null
      ? ''
      : `: ${Math.ceil(arrivalPerSecond / (utilization * each))} keep up at ${Math.round(utilization * 100)} %`
  return `${arrivals}${rate}${keepUp}; with ${readyMessages ?? 'unknown'} waiting ${needed} are needed to be done in ${seconds(drainWithinMs ?? 0)}`
}
