import Type, { type Static } from 'typebox'
import { faultsSchema } from './fault-schema.ts'
import { httpSchema } from './http-schema.ts'
import { duration, percentagePattern } from './quantities.ts'

/** Closed object: a key nobody reads is a mistake in the file, never ignored. */
const closed = { additionalProperties: false }
const count = (description: string, minimum: number, maximum: number) =>
  Type.Integer({ description, minimum, maximum })
const rate = (description: string) =>
  Type.Number({ description: `${description}, a number above 0`, exclusiveMinimum: 0, maximum: 10_000_000 })

/** Kubernetes' own limits, so that a file that runs here can be applied to a cluster. */
const kubernetesName = Type.String({
  pattern: '^[a-z0-9]([-a-z0-9]*[a-z0-9])?$',
  maxLength: 63,
  description: 'a name of lower-case letters, digits and hyphens (at most 63)',
})
const stringMap = Type.Record(Type.String(), Type.String({ description: 'a text' }), {
  description: 'names with texts',
})

const metadata = Type.Object(
  {
    name: kubernetesName,
    namespace: Type.Optional(kubernetesName),
    labels: Type.Optional(stringMap),
    annotations: Type.Optional(stringMap),
  },
  { ...closed, description: 'the name of the experiment: {name: …}' },
)

const target = Type.Object(
  {
    service: Type.Optional(kubernetesName),
    url: Type.Optional(
      Type.String({
        pattern: '^https?://[^\\s/?#]+[^\\s?#]*$',
        description: 'a base URL such as http://127.0.0.1:8080, without query',
      }),
    ),
  },
  {
    ...closed,
    minProperties: 1,
    maxProperties: 1,
    description: 'exactly one of {service: NAME} and {url: http://…}',
  },
)

const limiter = Type.Object(
  {
    breaker: Type.Optional(
      Type.Object(
        {
          open: count('completed requests in a second that open the breaker, 1 to 1000000', 1, 1_000_000),
          close: count('completed requests below which it may close again, 1 to 1000000', 1, 1_000_000),
        },
        { ...closed, description: 'the throughput breaker: {open: N, close: N}' },
      ),
    ),
    tokenBucket: Type.Optional(
      Type.Object(
        {
          ratePerSecond: rate('requests per second'),
          burst: count('requests that may be sent at once after a pause, 1 to 1000000', 1, 1_000_000),
        },
        { ...closed, description: 'a token bucket: {ratePerSecond: N, burst: N}' },
      ),
    ),
  },
  {
    ...closed,
    minProperties: 1,
    maxProperties: 1,
    description: 'exactly one of {breaker: {open, close}} and {tokenBucket: {ratePerSecond, burst}}',
  },
)

const retry = Type.Object(
  {
    limit: Type.Optional(count('retries after the first attempt, 0 to 5', 0, 5)),
    mode: Type.Optional(
      Type.Enum(['all', 'transient'], {
        description:
          'all (every 4xx and 5xx, at once) or transient (not 400, 404, 409, 413, 422; with back-off)',
      }),
    ),
  },
  { ...closed, description: 'what is retried: {limit: 0–5, mode: all | transient}' },
)

const objectives = Type.Object(
  {
    mean: Type.Optional(duration('the highest mean latency')),
    p50: Type.Optional(duration('the highest median latency')),
    p90: Type.Optional(duration('the highest 90th percentile of latency')),
    p95: Type.Optional(duration('the highest 95th percentile of latency')),
    p99: Type.Optional(duration('the highest 99th percentile of latency')),
    p999: Type.Optional(duration('the highest 99.9th percentile of latency')),
    max: Type.Optional(duration('the highest latency of all')),
    errorRate: Type.Optional(
      Type.Union([Type.String({ pattern: percentagePattern }), Type.Number({ minimum: 0, maximum: 1 })], {
        description:
          'the highest share of failed requests, a percentage such as 0.1% or a number from 0 to 1',
      }),
    ),
    maxQueueDepth: Type.Optional(
      count('the most messages that may wait in the queue, 0 to 1000000000', 0, 1_000_000_000),
    ),
    completionLag: Type.Optional(duration('the longest time until all that was accepted is visible')),
    minThroughput: Type.Optional(rate('the least successful requests per second')),
  },
  { ...closed, description: 'limits by name, for example {p99: 200ms, errorRate: 0.1%}' },
)

const parameterValue = Type.Union([Type.String(), Type.Number(), Type.Boolean()], {
  description: 'a text, a number, true or false',
})
const parameterName = Type.String({
  pattern: '^[a-z][A-Za-z0-9]{0,62}$',
  description: 'a name in camelCase (a letter a–z, then letters and digits)',
})
const parameterLists = Type.Record(
  Type.String(),
  Type.Array(parameterValue, {
    minItems: 1,
    maxItems: 20,
    uniqueItems: true,
    description: 'a list of different values, one run each',
  }),
  {
    propertyNames: parameterName,
    description: 'lists of values by the name of a parameter, for example {resorts: [1, 10]}',
  },
)

const spec = Type.Object(
  {
    workload: Type.String({
      pattern: '^[a-z0-9]+(-[a-z0-9]+)*(/[a-z0-9]+(-[a-z0-9]+)*)*$',
      maxLength: 100,
      description: 'the name of a workload such as rides/write',
    }),
    target,
    matrix: Type.Object(
      {
        threads: Type.Array(count('a whole number of threads, 1 to 4096', 1, 4096), {
          minItems: 1,
          maxItems: 100,
          uniqueItems: true,
          description: 'a list of different thread counts such as [1, 8, 64], one run each',
        }),
        parameters: Type.Optional(parameterLists),
      },
      { ...closed, description: 'what is varied from run to run: {threads: [1, 8, 64]}' },
    ),
    parameters: Type.Optional(
      Type.Record(Type.String(), parameterValue, {
        propertyNames: parameterName,
        description: "the workload's own settings by name, for example {requests: 200000}",
      }),
    ),
    http: Type.Optional(httpSchema),
    seed: Type.Optional(
      count('the number all random choices are derived from, 0 to 4294967295', 0, 4_294_967_295),
    ),
    repetitions: Type.Optional(count('runs of each combination of the matrix, 1 to 1000', 1, 1000)),
    order: Type.Optional(
      Type.Enum(['shuffled', 'listed'], {
        description:
          'the order of the combinations in each repetition: shuffled (by the seed) or listed (as written)',
      }),
    ),
    pods: Type.Optional(count('load generator pods that share the threads, 1 to 100', 1, 100)),
    model: Type.Optional(
      Type.Enum(['closed', 'open'], {
        description: 'closed (a thread waits for its answer) or open (requests come by the clock)',
      }),
    ),
    rate: Type.Optional(rate('requests per second of the open model')),
    arrivals: Type.Optional(
      Type.Enum(['poisson', 'constant'], {
        description: 'how requests of the open model come: poisson (by chance) or constant (evenly)',
      }),
    ),
    thinkTime: Type.Optional(duration('how long a thread waits between two items')),
    engine: Type.Optional(
      Type.Enum(['raw', 'undici'], {
        description: 'the HTTP client: raw (fast) or undici (slower, also https)',
      }),
    ),
    limiter: Type.Optional(limiter),
    retry: Type.Optional(retry),
    objectives: Type.Optional(objectives),
    faults: Type.Optional(faultsSchema),
  },
  { ...closed, description: 'what is run: {workload, target, matrix, …}' },
)

/** The form of an experiment file, the same on one machine and in a cluster. */
export const experimentSchema = Type.Object(
  {
    apiVersion: Type.Enum(['chairlift.dev/v1alpha1'], { description: 'chairlift.dev/v1alpha1' }),
    kind: Type.Enum(['Experiment'], { description: 'Experiment' }),
    metadata,
    spec,
  },
  { ...closed, title: 'Experiment', description: 'an experiment: {apiVersion, kind, metadata, spec}' },
)

/** An experiment as it is written, before defaults and units are applied. */
export type ExperimentFile = Static<typeof experimentSchema>
