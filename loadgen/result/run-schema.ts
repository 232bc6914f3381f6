import Type, { type Static } from 'typebox'
import { amountOf, countOf, latencySchema, operationSchema, orNull } from './operation-schema.ts'

const closed = { additionalProperties: false }
const text = (description: string) => Type.String({ description })

const throughput = Type.Object(
  {
    requestsPerSecond: amountOf('all requests / wall time (C4)'),
    okPerSecond: amountOf('successful requests / wall time'),
    plateauPerSecond: orNull(amountOf('requests that ended per second while all threads were active')),
  },
  closed,
)

const second = Type.Object(
  {
    second: countOf('seconds since the measured part began; the sample covers [second, second + 1)'),
    completed: countOf('requests that came to an end in this second, ok or failed (C6)'),
    errors: countOf('of these, the failed ones'),
    inFlight: countOf('requests in flight at the end of the second'),
    p50Ms: orNull(amountOf('median latency of attempts that succeeded in this second')),
    p99Ms: orNull(amountOf('99th percentile of the same')),
    queueDepth: orNull(countOf('messages in the queue, ready and unacknowledged')),
    eventsWaiting: orNull(countOf('events accepted and not yet visible')),
    replicas: Type.Record(Type.String(), Type.Integer({ minimum: 0 }), { description: 'by process' }),
  },
  closed,
)
export type Second = Static<typeof second>

const steadyState = Type.Object(
  {
    fromSecond: countOf('the first second after the warm-up (MSER-5 over requests per second)'),
    requestsPerSecond: amountOf('mean of the whole seconds from there on'),
    drift: Type.Number({ description: 'change over that part as a share of its mean; 0.02 is +2 %' }),
    isSteady: Type.Boolean({
      description: 'false when throughput still rose or fell: no figure stands for it',
    }),
  },
  { ...closed, description: 'null when the run was too short to tell (under 10 whole seconds)' },
)

const completion = Type.Object(
  {
    lagSeconds: orNull(amountOf('from the last accepted write until everything accepted was visible')),
    completedPerSecond: orNull(
      amountOf('visible items / time from the first request to the last visible item'),
    ),
    accepted: countOf('items the service acknowledged'),
    visible: orNull(countOf('items a reader could see at the end')),
  },
  { ...closed, description: 'acceptance and completion: an answer is not yet a stored item' },
)

const queue = Type.Object(
  {
    maxDepth: orNull(countOf('most messages seen at once')),
    plateauSlope: orNull(Type.Number({ description: 'messages/s over the middle 80 % of production (C8)' })),
    plateau: orNull(
      Type.Boolean({ description: 'depth held level: |plateauSlope| ≤ 1 % of the production rate (C8)' }),
    ),
    drainSeconds: orNull(amountOf('from the last acknowledged request to an empty queue')),
    samples: Type.Array(
      Type.Object({ atSeconds: Type.Number(), depth: Type.Integer({ minimum: 0 }) }, closed),
    ),
  },
  closed,
)

const checkValue = Type.Union([Type.String(), Type.Number(), Type.Boolean(), Type.Null()])
export const checkSchema = Type.Object(
  {
    id: text('invariant, such as RID-I1 or C4'),
    name: text('what must be true, in words'),
    passed: Type.Boolean(),
    expected: checkValue,
    actual: checkValue,
    detail: text('what was compared, or the first difference; may be empty'),
  },
  closed,
)
export type Check = Static<typeof checkSchema>

export const validitySchema = Type.Object(
  {
    verdict: Type.Enum(['valid', 'warn', 'invalid']),
    reasons: Type.Array(Type.String()),
  },
  { ...closed, description: 'whether the load generator itself may be trusted' },
)
export type Validity = Static<typeof validitySchema>

export const objectiveSchema = Type.Object(
  {
    name: text('as in the experiment file'),
    unit: Type.Enum(['ms', 's', 'fraction', 'messages', 'requests/s']),
    limit: amountOf('in `unit`; the highest allowed (minThroughput: the lowest)'),
    actual: orNull(amountOf('in `unit`; null when it could not be measured, which is not met')),
    met: Type.Boolean(),
  },
  closed,
)
export type ObjectiveResult = Static<typeof objectiveSchema>

const littlesLaw = Type.Object(
  {
    threadSeconds: amountOf('N over time: the time threads were there'),
    requestSeconds: amountOf('X·R over time: the time they spent in requests'),
    pausedSeconds: amountOf(
      'time the plan itself made them wait (limiter, back-off, connecting); in neither',
    ),
    gap: amountOf('|N − X·R| / N: the share of time the threads spent outside requests'),
  },
  { ...closed, description: "Little's law N = X·R as a check of the client (C7)" },
)

const client = Type.Object(
  {
    cpuSeconds: amountOf('user + system time of the load generator'),
    eventLoopUtilisationMax: amountOf('highest share of a second that any worker was busy, 0–1'),
    gc: Type.Object(
      { count: countOf('collections'), totalMs: amountOf('ms'), longestPauseMs: amountOf('ms') },
      closed,
    ),
    reconnects: countOf('connections opened again during the run'),
    connectMs: orNull(latencySchema),
    scheduleLagP99Ms: orNull(amountOf('open model: how late requests were sent')),
    dropped: countOf('open model: requests not sent because too many were in flight'),
    itemWaits: countOf('times a thread had to wait for its next item; must be 0 (RID-I8)'),
    throttledMs: orNull(amountOf('time the kernel kept the client from running (CFS quota)')),
  },
  { ...closed, description: 'the load generator itself' },
)

const event = Type.Object(
  {
    atSeconds: Type.Number({ description: 'seconds since the measured part began; negative before it' }),
    kind: Type.Enum(['fault', 'scaling', 'note']),
    what: text('what happened, such as "rides-writer-1 killed"'),
  },
  closed,
)

/** One schedule at one thread count, once. */
export const runSchema = Type.Object(
  {
    threads: Type.Integer({ minimum: 1 }),
    repetition: Type.Integer({ minimum: 1 }),
    parameters: Type.Optional(
      Type.Record(Type.String(), Type.Union([Type.String(), Type.Number(), Type.Boolean()]), {
        description: 'what the matrix varied, beside threads; absent when nothing else',
      }),
    ),
    order: Type.Optional(
      Type.Integer({ minimum: 1, description: 'place in the order in which the runs were made' }),
    ),
    startedAt: text('ISO 8601'),
    wallSeconds: amountOf('first measured thread started to last thread ended (C9)'),
    throughput,
    operations: Type.Record(Type.String(), operationSchema),
    series: Type.Array(second),
    steadyState: Type.Optional(orNull(steadyState)),
    completion,
    queue,
    verification: Type.Object({ passed: Type.Boolean(), checks: Type.Array(checkSchema) }, closed),
    validity: validitySchema,
    objectives: Type.Array(objectiveSchema),
    littlesLaw: orNull(littlesLaw),
    client,
    cpu: Type.Optional(
      Type.Object(
        {
          secondsPer1000Completed: Type.Record(Type.String(), amountOf('CPU-seconds, user + system')),
        },
        { ...closed, description: 'CPU by part of the system (client, API, broker, …)' },
      ),
    ),
    events: Type.Array(event),
  },
  closed,
)
export type Run = Static<typeof runSchema>
