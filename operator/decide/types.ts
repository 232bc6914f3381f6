/**
 * The interface of the scaling policy. Everything here is a plain JSON value: a decision can be logged with all it
 * was made from, and made again from the log (operator/replay).
 *
 * Instants (`…AtMs`) are milliseconds since the epoch of one clock, the one that `nowMs` comes from.
 */

/** A value together with the moment at which it was true, not the one at which it was asked for or received. */
export interface Reading {
  value: number
  atMs: number
}

/** null is "not known". It is never the same as zero. */
export type Signal = Reading | null

/** What is known of one queue. Counters are cumulative; one that goes backwards has been restarted. */
export interface QueueSignals {
  vhost: string
  name: string
  /** Messages waiting (passive declare). */
  ready: Signal
  /** Messages delivered and not yet acknowledged. null: the consumers' own figures are used, where all are known. */
  unacknowledged: Signal
  /** Counter of messages that entered the queue. null: arrivals are inferred from depth and acknowledgements. */
  published: Signal
  /** Counter of acknowledged messages. null: the consumers' own counters are used. */
  acknowledged: Signal
  /** Counter of redelivered messages. null: the consumers' own counters are used. */
  redelivered: Signal
  /** The most consumers that can work at once (1 with a single active consumer), null when there is no such limit. */
  consumerLimit: number | null
}

/** What is known of one consumer: a pod, or in the lab a process. */
export interface ConsumerSignals {
  /** Never used again for another one: the pod's UID, the process's number. */
  id: string
  createdAtMs: number
  /** When it became ready for the first time; null: not yet. */
  readyAtMs: number | null
  /** Ready now, and not on its way out. */
  ready: boolean
  /** Counter of seconds spent on messages (`chairlift_consumer_busy_seconds_total`), at most one per second. */
  busySeconds: Signal
  /** Counter of messages acknowledged (`chairlift_consumer_messages_total`). */
  messages: Signal
  /** Counter of messages delivered before (`chairlift_consumer_redelivered_total`). */
  redelivered: Signal
  /** Messages held (`chairlift_consumer_unacked_messages`). */
  unacknowledged: Signal
}

/** The downstream brake: does whoever the consumers write to say that it is saturated? */
export interface BrakeSignal {
  engaged: boolean
  atMs: number
  /** What was read, for the explanation, e.g. `database_connections_used_ratio is 0.97, above 0.9`. */
  detail: string
}

/** All that the policy sees of the world at one moment. */
export interface Signals {
  /** `spec.replicas` as read through the scale sub-resource just now. */
  replicas: number
  /** In the order of the spec; one whose state could not be read at all has null in every field. */
  queues: readonly QueueSignals[]
  consumers: readonly ConsumerSignals[]
  /** null: there is none, or it could not be read. */
  brake: BrakeSignal | null
  /** Of the pause annotations; see operator/queue-scaler/annotations.ts. */
  pause: Pause
}

/** What a person has stopped the scaler from doing. */
export interface Pause {
  /** No change in either direction. */
  all: boolean
  /** Keep exactly this many; wins over everything else. */
  replicas: number | null
  scaleUp: boolean
  scaleDown: boolean
}

export interface ScalingRules {
  stabilizationWindowMs: number
  /** Max: the policy that allows the most; Min: the least; Disabled: none in this direction. */
  selectPolicy: 'Max' | 'Min' | 'Disabled'
  /** An empty list is no limit. */
  policies: readonly { type: 'Pods' | 'Percent'; value: number; periodMs: number }[]
  /** Fraction of the current replicas by which the proposal must differ, inclusive. */
  tolerance: number
}

/** A QueueScaler's spec with its defaults applied and its units resolved. */
export interface Policy {
  objective:
    | { type: 'MaxMessageAge'; maxMessageAgeMs: number; targetUtilization: number }
    | { type: 'MessagesPerReplica'; messagesPerReplica: number }
  minReplicas: number
  maxReplicas: number
  mode: 'Act' | 'Observe'
  behavior: { scaleUp: ScalingRules; scaleDown: ScalingRules }
  /** How long nothing may be waiting or in work before the last replica is taken away. */
  idleCooldownMs: number
  /** Start-up time of a consumer until one has been measured. */
  expectedStartupMs: number
  /** Rate of a consumer until one has been measured; null: nothing is assumed. */
  expectedMessagesPerSecond: number | null
  /** A signal that is older is not known. */
  signalMaxAgeMs: number
  /** How often decisions are made. Part of the time that a message may wait. */
  intervalMs: number
  /** Replicas to have at least once the depth has not been known for so long; null: hold. */
  fallback: { afterMs: number; replicas: number } | null
  brake: { whenUnknown: 'Allow' | 'Hold' } | null
}

export type BindingRule =
  /** Consumers for the messages that arrive, at the target utilisation. */
  | 'KeepUpWithArrivals'
  /** More, so that those who wait are done in time. */
  | 'DrainBacklog'
  /** The classic rule: messages per replica. */
  | 'MessagesPerReplica'
  /** Messages wait and no consumer is there. */
  | 'WakeUp'
  /** Nothing waits and nothing is in work: none are needed. */
  | 'Idle'
  /** Messages wait and the rate of a consumer is not known yet: double, and learn. */
  | 'LearnRate'
  /** The depth is not known. */
  | 'Hold'
  | 'Fallback'
  | 'Paused'
  /** Replicas are 0 and minReplicas is not: someone has switched the target off. */
  | 'SwitchedOff'

export type LimitedBy =
  | 'Tolerance'
  | 'ScaleUpStabilization'
  | 'ScaleDownStabilization'
  | 'ScaleUpPolicy'
  | 'ScaleDownPolicy'
  | 'MinReplicas'
  | 'MaxReplicas'
  | 'ConsumerLimit'
  | 'Brake'
  | 'IneffectiveScaling'
  | 'RedeliveryStorm'
  | 'UnknownSignal'
  | 'IdleCooldown'
  | 'Paused'

export interface ConditionInput {
  status: 'True' | 'False' | 'Unknown'
  /** CamelCase. */
  reason: string
  message: string
}

/** Everything but `Ready`, which is about what lies outside of the policy (target, Secret, connection). */
export type ConditionType =
  | 'Active'
  | 'SignalFresh'
  | 'ObjectiveMet'
  | 'ScalingLimited'
  | 'EffectiveScaling'
  | 'Paused'

/** The figures that a decision rests on; null is "not known". */
export interface DecisionInputs {
  readyMessages: number | null
  unacknowledgedMessages: number | null
  readyConsumers: number
  arrivalPerSecond: number | null
  acknowledgedPerSecond: number | null
  /** What one busy consumer does. */
  messagesPerSecondPerConsumer: number | null
  rateSource: 'BusySeconds' | 'Saturation' | 'Expected' | null
  /** Busy share of the ready consumers, 0–1. */
  utilization: number | null
  /** Share of deliveries that were redeliveries, 0–1. */
  redeliveredShare: number | null
  startupMs: number
  /** Time that is left to work the backlog off, once new consumers run. */
  drainWithinMs: number | null
  /** Age of the oldest depth reading. */
  signalAgeMs: number | null
  /** What a message that arrives now will wait, with the consumers that are ready. */
  expectedWaitMs: number | null
}

export interface Decision {
  currentReplicas: number
  /** What shall be. In mode Observe the recommendation. */
  desiredReplicas: number
  /** Is `desiredReplicas` to be written to /scale? Only in mode Act, and only if it is a change. */
  write: boolean
  /** What the binding rule asks for before any limit; null when it cannot be said. */
  neededReplicas: number | null
  bindingRule: BindingRule
  limitedBy: LimitedBy | null
  inputs: DecisionInputs
  /** One or two sentences for a person. */
  explanation: string
  conditions: Record<ConditionType, ConditionInput>
}

export interface Recommendation {
  atMs: number
  replicas: number
}

/** A change of replicas that this scaler made. */
export interface ScaleEvent {
  atMs: number
  from: number
  to: number
}

/** One moment of the past, as far as rates need it. Counters are sums since the history began, over restarts. */
export interface Sample {
  atMs: number
  /** Ready messages of all queues; null unless all are known. */
  ready: Signal
  unacknowledged: Signal
  published: Signal
  acknowledged: Signal
  redelivered: Signal
  busySeconds: Signal
  /** Messages of the consumers whose busy seconds are summed. */
  worked: Signal
  readyConsumers: number
}

/** A scale-up whose effect is being watched. */
export interface Trial {
  /** When the consumers of it were all ready; null: not yet. */
  readyAtMs: number | null
  startedAtMs: number
  fromReplicas: number
  toReplicas: number
  /** Messages per second of all consumers before. */
  ratePerSecond: number
}

/** What `decide` remembers from one call to the next. Opaque to everyone else; begin with `emptyHistory()`. */
export interface History {
  recommendations: readonly Recommendation[]
  events: readonly ScaleEvent[]
  samples: readonly Sample[]
  /** Last cumulative counters, by a key for each, to add up increments over restarts. */
  counters: Readonly<Record<string, Reading>>
  totals: Readonly<Record<'published' | 'acknowledged' | 'redelivered' | 'busySeconds' | 'worked', number>>
  /** What the last call wanted written; seen in the replicas of the next call it becomes an event. */
  pendingScale: ScaleEvent | null
  /** Rate of a busy consumer (messages per second) when consumers were last busy enough to tell. */
  messagesPerSecondPerConsumer: number | null
  /** Measured start-up times of the last consumers (ms), newest last. */
  startupsMs: readonly number[]
  /** Consumers whose start-up has been taken into account. */
  startedConsumers: readonly string[]
  /** Since when nothing waits and nothing is in work; null: something is, or it is not known. */
  idleSinceMs: number | null
  /** Since when the depth has not been known; null: it is. */
  unknownSinceMs: number | null
  trial: Trial | null
  /** Scale-ups in a row that brought next to nothing. */
  ineffectiveScaleUps: number
  /** Until when scale-up is held because it does not help; null: it is not. */
  holdScaleUpUntilMs: number | null
}

/** What a call of `decide` returns. `history` belongs into the next call. */
export interface Outcome {
  decision: Decision
  history: History
}
