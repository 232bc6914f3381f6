import Type, { type Static } from 'typebox'
import { orNull } from './operation-schema.ts'
import { runSchema } from './run-schema.ts'

const closed = { additionalProperties: false }

/** Raised when a reader of older results would misread a newer one. */
export const schemaVersion = 1

const experiment = Type.Object(
  {
    name: Type.String(),
    workload: Type.String(),
    parameters: Type.Record(Type.String(), Type.Union([Type.String(), Type.Number(), Type.Boolean()])),
    seed: Type.Integer({ minimum: 0 }),
    http: Type.Optional(Type.Unknown({ description: 'the requests of the workload http' })),
    order: Type.Optional(
      Type.Enum(['shuffled', 'listed'], { description: 'order of the combinations in each repetition' }),
    ),
    arrival: Type.Optional(
      Type.Object(
        {
          model: Type.Enum(['closed', 'open']),
          ratePerSecond: orNull(Type.Number({ minimum: 0, description: 'items/s of the open model' })),
        },
        closed,
      ),
    ),
  },
  closed,
)

const environment = Type.Object(
  {
    node: Type.String({ description: 'version of Node.js that ran the load generator' }),
    cpus: Type.Integer({ minimum: 1 }),
    cpuModel: Type.String(),
    memoryBytes: Type.Integer({ minimum: 0 }),
    kernel: Type.String(),
    hostHash: Type.String({ description: 'tells machines apart without naming them' }),
    backing: Type.Record(Type.String(), Type.String(), { description: 'versions of the backing servers' }),
    gitCommit: orNull(Type.String()),
  },
  closed,
)
export type Environment = Static<typeof environment>

/** Everything one experiment found out; `DIR/result.json`. */
export const resultSchema = Type.Object(
  {
    schemaVersion: Type.Enum([schemaVersion]),
    chairliftVersion: Type.String(),
    experiment,
    environment,
    startedAt: Type.String({ description: 'ISO 8601' }),
    finishedAt: Type.String({ description: 'ISO 8601' }),
    verdict: Type.Enum([
      'ok',
      'objective-missed',
      'generator-invalid',
      'target-unreachable',
      'verification-failed',
      'internal-error',
    ]),
    exitCode: Type.Enum([0, 99, 98, 97, 96, 1]),
    failure: orNull(
      Type.String({ description: 'why the experiment ended early (target-unreachable, internal-error)' }),
    ),
    runs: Type.Array(runSchema),
  },
  { ...closed, title: 'Chairlift result', description: 'All runs of one experiment' },
)
export type Result = Static<typeof resultSchema>
export type Verdict = Result['verdict']
