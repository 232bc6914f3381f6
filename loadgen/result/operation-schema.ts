import Type, { type Static } from 'typebox'

const closed = { additionalProperties: false }

/** A whole number from 0. */
export const countOf = (description: string) => Type.Integer({ minimum: 0, description })
/** A number from 0; `description` names the unit. */
export const amountOf = (description: string) => Type.Number({ minimum: 0, description })
/** Null means "not known", which is never the same as 0. */
export const orNull = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()])

const milliseconds = (description: string) => orNull(amountOf(`${description}, ms; null without samples`))

/** Statistics of one set of latencies; percentiles are nearest-rank. */
export const latencySchema = Type.Object(
  {
    min: milliseconds('lowest'),
    mean: milliseconds('arithmetic mean'),
    p50: milliseconds('median'),
    p90: milliseconds('90th percentile'),
    p95: milliseconds('95th percentile'),
    p99: milliseconds('99th percentile'),
    p999: milliseconds('99.9th percentile'),
    max: milliseconds('highest'),
  },
  closed,
)
export type Latency = Static<typeof latencySchema>

/** The JSON form of loadgen/histogram: exact to merge, so that percentiles over several runs can be had later. */
export const sparseHistogramSchema = Type.Object(
  {
    unit: Type.Enum(['us']),
    count: countOf('samples'),
    sumUs: amountOf('sum of all samples, µs'),
    minUs: orNull(amountOf('lowest sample, µs')),
    maxUs: orNull(amountOf('highest sample, µs')),
    buckets: Type.Array(Type.Integer({ minimum: 0 }), {
      description:
        'occupied buckets as (distance to the previous index, count), 1024 sub-buckets a power of two',
    }),
  },
  closed,
)

/** All requests of one operation in one run. A request is its first attempt and its retries. */
export const operationSchema = Type.Object(
  {
    count: countOf('requests that came to an end: ok + failed'),
    ok: countOf('requests answered with success, perhaps after retries'),
    failed: countOf('requests without success after their last retry'),
    unsent: countOf('failed requests of which nothing was sent, because no connection could be opened'),
    retries: countOf('attempts beyond the first'),
    attempts: countOf('all attempts: count − unsent + retries'),
    byStatus: Type.Record(Type.String({ pattern: '^[0-9]{1,3}$' }), Type.Integer({ minimum: 0 }), {
      description: 'attempts by HTTP status; 0 is no answer (time-out, reset)',
    }),
    noAnswer: Type.Record(Type.String(), Type.Integer({ minimum: 0 }), {
      description: 'attempts without an answer by reason (timeout, ECONNRESET, …)',
    }),
    throughput: amountOf('successful requests per second of wall time'),
    latencyMs: latencySchema,
    failedLatencyMs: orNull(latencySchema),
    histogram: sparseHistogramSchema,
  },
  { ...closed, description: 'latencyMs and histogram: successful attempts; failedLatencyMs: the others' },
)
export type Operation = Static<typeof operationSchema>
