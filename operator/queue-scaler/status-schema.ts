import Type, { type Static } from 'typebox'

const text = (description: string) => Type.String({ description })
const whole = (description: string) => Type.Integer({ description })
const instant = (description: string) => Type.String({ description, format: 'date-time' })
const optional = Type.Optional

const condition = Type.Object(
  {
    type: text('Ready, Active, SignalFresh, ObjectiveMet, ScalingLimited, EffectiveScaling or Paused.'),
    status: Type.Enum(['True', 'False', 'Unknown'], { type: 'string', description: 'Does it hold?' }),
    observedGeneration: optional(
      Type.Integer({ description: 'Generation of the spec it was found with.', format: 'int64' }),
    ),
    lastTransitionTime: instant('When the status last changed.'),
    reason: text('One word in CamelCase.'),
    message: text('A sentence.'),
  },
  { description: 'Something that is true, false or unknown of the scaler.' },
)

const inputs = Type.Object(
  {
    readyMessages: optional(whole('Messages waiting.')),
    unacknowledgedMessages: optional(whole('Messages in work.')),
    readyConsumers: optional(whole('Consumers at work.')),
    arrivalPerSecond: optional(text('Messages that arrive per second.')),
    acknowledgedPerSecond: optional(text('Messages done per second.')),
    messagesPerSecondPerConsumer: optional(text('What one busy consumer does per second.')),
    rateSource: optional(text('BusySeconds, Saturation or Expected.')),
    utilizationPercent: optional(whole('Busy share of the consumers.')),
    redeliveredPercent: optional(whole('Share of deliveries that were redeliveries.')),
    startup: optional(text('Time until a new consumer works.')),
    drainWithin: optional(text('Time left for the backlog once new consumers work.')),
    signalAge: optional(text('Age of the oldest depth.')),
    expectedWait: optional(text('What a message that arrives now will wait.')),
  },
  { description: 'The figures it was made from; one that is missing is not known.' },
)

/** `status.recommendation`. */
export const recommendationSchema = Type.Object(
  {
    replicas: whole('What should be.'),
    mode: text('Act or Observe.'),
    computedAt: instant('When.'),
    neededReplicas: optional(whole('What the rule asks for before any limit.')),
    bindingRule: text('The rule that decided.'),
    limitedBy: optional(text('What held it back.')),
    explanation: text('Why, in a sentence.'),
    inputs,
  },
  { description: 'The last decision and its reasons.' },
)

/** The status of a QueueScaler. */
export const statusSchema = Type.Object(
  {
    observedGeneration: optional(
      Type.Integer({ description: 'Generation of the spec that this status is about.', format: 'int64' }),
    ),
    replicas: optional(whole('Replicas of the target.')),
    desiredReplicas: optional(whole('Replicas wanted.')),
    lastScaleTime: optional(instant('When replicas were last changed by this scaler.')),
    recommendation: optional(recommendationSchema),
    conditions: optional(
      Type.Array(condition, {
        description: 'What is true of the scaler.',
        'x-kubernetes-list-type': 'map',
        'x-kubernetes-list-map-keys': ['type'],
      }),
    ),
  },
  { description: 'What is seen.' },
)

export type QueueScalerStatus = Static<typeof statusSchema>
export type StatusRecommendation = Static<typeof recommendationSchema>
export type StatusCondition = Static<typeof condition>
