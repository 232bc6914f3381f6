import { limitSentences } from './explain.ts'
import type {
  BindingRule,
  ConditionInput,
  ConditionType,
  DecisionInputs,
  History,
  LimitedBy,
  Pause,
  Policy,
} from './types.ts'

export interface Findings {
  policy: Policy
  inputs: DecisionInputs
  complete: boolean
  rule: BindingRule
  limitedBy: LimitedBy | null
  needed: number | null
  pause: Pause
  storm: boolean
  history: Pick<History, 'holdScaleUpUntilMs' | 'ineffectiveScaleUps'>
  brakeUnknown: boolean
}

const is = (status: ConditionInput['status'], reason: string, message: string): ConditionInput => ({
  status,
  reason,
  message,
})

/** What is true of the scaler, in the form of Kubernetes' conditions; messages carry no figures that change all the time. */
export function describeConditions(findings: Findings): Record<ConditionType, ConditionInput> {
  return {
    Active: active(findings),
    SignalFresh: signalFresh(findings),
    ObjectiveMet: objectiveMet(findings),
    ScalingLimited: scalingLimited(findings),
    EffectiveScaling: effectiveScaling(findings),
    Paused: paused(findings.pause),
  }
}

function active({ inputs, rule, complete }: Findings): ConditionInput {
  if (rule === 'SwitchedOff')
    return is('False', 'SwitchedOff', 'The target has 0 replicas and minReplicas is not 0.')
  if (inputs.readyMessages === null) return is('Unknown', 'DepthUnknown', 'The queues cannot be seen.')
  const messages = inputs.readyMessages + (inputs.unacknowledgedMessages ?? 0)
  if (messages > 0 || (inputs.arrivalPerSecond ?? 0) > 0)
    return is('True', 'MessagesPresent', 'Messages are waiting, in work or arriving.')
  return complete
    ? is('False', 'NoMessages', 'Nothing is waiting, in work or arriving.')
    : is('Unknown', 'DepthUnknown', 'Not every queue can be seen.')
}

function signalFresh({ policy, inputs, complete, brakeUnknown }: Findings): ConditionInput {
  if (inputs.readyMessages === null)
    return is('False', 'DepthUnknown', 'No queue depth is younger than signalMaxAge; nothing is taken away.')
  if (!complete)
    return is(
      'False',
      'DepthIncomplete',
      'A queue depth is missing or older than signalMaxAge; nothing is taken away.',
    )
  if (
    policy.objective.type === 'MaxMessageAge' &&
    inputs.arrivalPerSecond === null &&
    inputs.readyConsumers > 0
  )
    return is(
      'False',
      'RatesUnknown',
      'Arrivals cannot be told yet: neither the management API nor the consumers show counters.',
    )
  if (brakeUnknown) return is('False', 'BrakeUnknown', 'The brake cannot be read.')
  return is('True', 'Fresh', 'Every queue has a depth younger than signalMaxAge.')
}

function objectiveMet({ policy, inputs, complete }: Findings): ConditionInput {
  const { objective } = policy
  if (inputs.readyMessages === null || !complete)
    return is('Unknown', 'DepthUnknown', 'Not every queue can be seen.')
  const messages = inputs.readyMessages + (inputs.unacknowledgedMessages ?? 0)
  if (messages === 0) return is('True', 'NothingWaits', 'Nothing is waiting.')
  if (objective.type === 'MessagesPerReplica')
    return messages <= objective.messagesPerReplica * inputs.readyConsumers * 1.1
      ? is('True', 'WithinTarget', 'No consumer has more messages than messagesPerReplica.')
      : is('False', 'TooManyMessages', 'There are more messages than messagesPerReplica for each consumer.')
  if (inputs.readyConsumers === 0)
    return is('False', 'NoConsumer', 'Messages are waiting and no consumer is ready.')
  if (inputs.expectedWaitMs === null)
    return is('Unknown', 'RateUnknown', 'What a consumer does per second is not known yet.')
  return inputs.expectedWaitMs <= objective.maxMessageAgeMs
    ? is('True', 'WithinAge', 'A message that arrives now is done within maxMessageAge.')
    : is('False', 'WaitTooLong', 'A message that arrives now waits longer than maxMessageAge.')
}

function scalingLimited({ limitedBy, needed }: Findings): ConditionInput {
  if (limitedBy === null || limitedBy === 'Tolerance')
    return is('False', needed === null ? 'NothingWanted' : 'WithinLimits', 'Nothing holds the replicas back.')
  const sentence = limitSentences[limitedBy]
  return is('True', limitedBy, `${sentence[0]?.toUpperCase()}${sentence.slice(1)}.`)
}

function effectiveScaling({ storm, history }: Findings): ConditionInput {
  if (storm)
    return is(
      'False',
      'RedeliveryStorm',
      'Most deliveries are redeliveries: consumers end or refuse before they are done.',
    )
  if (history.holdScaleUpUntilMs !== null)
    return is(
      'False',
      'IneffectiveScaling',
      'The last scale-ups brought less than 10 % of the expected throughput; none is made for 10 min.',
    )
  return history.ineffectiveScaleUps > 0
    ? is(
        'Unknown',
        'OneWithoutEffect',
        'The last scale-up brought less than 10 % of the expected throughput.',
      )
    : is('True', 'Effective', 'Scale-ups bring throughput, or none was needed.')
}

function paused(pause: Pause): ConditionInput {
  if (pause.replicas !== null)
    return is('True', 'ReplicasFixed', 'An annotation fixes the number of replicas.')
  if (pause.all) return is('True', 'Paused', 'An annotation forbids every change.')
  if (pause.scaleUp && pause.scaleDown) return is('True', 'Paused', 'Annotations forbid both directions.')
  if (pause.scaleUp) return is('True', 'ScaleUpPaused', 'An annotation forbids scaling up.')
  if (pause.scaleDown) return is('True', 'ScaleDownPaused', 'An annotation forbids scaling down.')
  return is('False', 'NotPaused', 'No annotation pauses it.')
}
