import Type, { type Static } from 'typebox'
import { seededRandom } from '../../engine/arrival-schedule.ts'
import { runLoad } from '../../engine/run-load.ts'
import type { Check } from '../../result/run-schema.ts'
import type { PreparedRun, RunContext, WorkloadDefinition } from '../workload-definition.ts'
import { type ExpectedRides, expectRides } from './expected-rides.ts'
import { generateRideEvents } from './ride-events.ts'
import { mainSchedule } from './rides-write.ts'
import { prepareWriteRun } from './write-run.ts'

const gets = ['getSkierDayVertical', 'getSkierResortTotals', 'getResortSkiersDay'] as const

const Parameters = Type.Object({
  get: Type.Union(
    [...gets, 'all'].map((name) => Type.Literal(name)),
    {
      default: 'all',
      description: 'One of the three GETs, or all three in each iteration.',
    },
  ),
  iterations: Type.Integer({ default: 500, minimum: 1, maximum: 1_000_000, description: 'Of each thread.' }),
  rampSeconds: Type.Number({
    default: 10,
    minimum: 0,
    maximum: 600,
    description: 'Threads start over this time.',
  }),
  populate: Type.Integer({
    default: 600_000,
    minimum: 1,
    maximum: 20_000_000,
    description: 'Rides written first, in turn over the skiers.',
  }),
  skiers: Type.Integer({
    default: 100_000,
    minimum: 1,
    maximum: 10_000_000,
    description: 'Different skiers.',
  }),
  days: Type.Integer({ default: 3, minimum: 1, maximum: 366, description: 'Days of the population.' }),
  season: Type.Integer({ default: 2024, minimum: 0, maximum: 1_000_000, description: 'First season tried.' }),
})

/** Threads that write the population; not part of the measurement. */
const populationThreads = 64

/**
 * The GET schedule of the reference system: T threads (128 there), 500 iterations each, started over 10 s, on
 * a population of 600 000 rides; every answer is compared with a recomputation.
 */
export const ridesRead: WorkloadDefinition = {
  name: 'rides/read',
  system: 'rides',
  summary: 'GET verticals and visitor counts, each answer checked',
  parameters: Parameters,
  queues: ['rides.writer'],
  async prepare(context) {
    const parameters = context.parameters as Static<typeof Parameters>
    const { season, expected } = await populate(context, parameters)
    const items = context.threads * parameters.iterations
    const shared = chooseReads(items, parameters, expected, context.seed)
    const operation =
      parameters.get === 'all' ? gets.length : gets.indexOf(parameters.get as (typeof gets)[0])
    return {
      groups: [
        {
          name: 'readers',
          threads: context.threads,
          firstItem: 0,
          work: { kind: 'each', items: parameters.iterations },
          start: { kind: 'immediately', rampMs: parameters.rampSeconds * 1_000 },
          measured: true,
        },
      ],
      module: new URL('./read-requests.ts', import.meta.url).href,
      moduleParameters: { season, operation },
      shared,
      verify: async () => verifyReads(new Int32Array(shared['mismatches'] as SharedArrayBuffer)),
    } satisfies PreparedRun
  },
}

/** Writes the rides that are then read, waits until all are visible, and checks them. */
async function populate(
  context: RunContext,
  parameters: Static<typeof Parameters>,
): Promise<{ season: string; expected: ExpectedRides }> {
  context.log(`writing ${parameters.populate} rides to read`)
  const events = generateRideEvents({
    count: parameters.populate,
    seed: context.seed,
    skiers: parameters.skiers,
    resorts: 1,
    lifts: 40,
    minutes: 360,
    order: 'sequential',
    firstDay: 1,
    perDay: Math.ceil(parameters.populate / parameters.days),
  })
  const schedule = { requests: parameters.populate, startupThreads: 0, startupRequests: 1 }
  const groups = mainSchedule(schedule, populationThreads)
  const write = await prepareWriteRun(context, events, groups, {
    firstSeason: parameters.season,
    resorts: 1,
    idempotencyKeys: true,
    quietMs: 30_000,
  })
  const result = await runLoad(
    {
      target: context.target,
      groups,
      workload: { module: write.module, parameters: write.moduleParameters, shared: write.shared },
      retry: { limit: 5, mode: 'transient' },
      requestTimeoutMs: 30_000,
      connectTimeoutMs: 30_000,
      workers: 1,
      engine: 'raw',
    },
    {},
    context.signal,
  )
  const completion = await write.complete?.(result)
  if (completion?.lagSeconds === null)
    throw new Error(`only ${completion.visible} rides of the population became visible`)
  const expected = expectRides(events, result.ledger, { idempotent: true, retries: 5 })
  return { season: String(write.moduleParameters['season']), expected }
}

function chooseReads(
  items: number,
  parameters: Static<typeof Parameters>,
  expected: ExpectedRides,
  seed: number,
): Record<string, SharedArrayBuffer> {
  const shared = {
    skierID: new SharedArrayBuffer(items * Int32Array.BYTES_PER_ELEMENT),
    resortID: new SharedArrayBuffer(items * Uint16Array.BYTES_PER_ELEMENT),
    dayID: new SharedArrayBuffer(items * Uint16Array.BYTES_PER_ELEMENT),
    expected: new SharedArrayBuffer(items * gets.length * Float64Array.BYTES_PER_ELEMENT),
    mismatches: new SharedArrayBuffer(gets.length * Int32Array.BYTES_PER_ELEMENT),
  }
  const skierID = new Int32Array(shared.skierID)
  const dayID = new Uint16Array(shared.dayID)
  const answers = new Float64Array(shared.expected)
  new Uint16Array(shared.resortID).fill(1)
  // Another stream than the population's, or every reader would follow in the writer's steps.
  const random = seededRandom(seed + 1)
  for (let item = 0; item < items; item++) {
    const skier = 1 + Math.floor(random() * parameters.skiers)
    const day = 1 + Math.floor(random() * parameters.days)
    skierID[item] = skier
    dayID[item] = day
    answers[item * gets.length] = expected.verticalBySkierDay.get(`${skier} 1 ${day}`)?.least ?? -1
    answers[item * gets.length + 1] = expected.verticalBySkier.get(skier)?.least ?? -1
    answers[item * gets.length + 2] = expected.skiersByResortDay.get(`1 ${day}`)?.least ?? -1
  }
  return shared
}

function verifyReads(mismatches: Int32Array): Check[] {
  return gets.map((name, index) => ({
    id: index === 2 ? 'RID-I5' : 'RID-I2',
    name: `every answer of ${name} equals the recomputation`,
    passed: mismatches[index] === 0,
    expected: 0,
    actual: mismatches[index] as number,
    detail: '',
  }))
}
