import Type, { type Static } from 'typebox'
import type { ThreadGroup } from '../../engine/types.ts'
import type { WorkloadDefinition } from '../workload-definition.ts'
import { generateRideEvents } from './ride-events.ts'
import { prepareWriteRun } from './write-run.ts'

/** Parameters that all writing workloads of the rides share. */
export const rideParameters = {
  skiers: Type.Integer({
    default: 100_000,
    minimum: 1,
    maximum: 10_000_000,
    description: 'Different skiers.',
  }),
  resorts: Type.Integer({ default: 10, minimum: 1, maximum: 1_000, description: 'Different resorts.' }),
  lifts: Type.Integer({ default: 40, minimum: 1, maximum: 60, description: 'Lifts, 1 to this.' }),
  season: Type.Integer({
    default: 2024,
    minimum: 0,
    maximum: 1_000_000,
    description: 'Season of the rides, or the next one without any.',
  }),
  idempotencyKeys: Type.Boolean({
    default: true,
    description: 'Send an Idempotency-Key, so that retries count once.',
  }),
  completionQuietSeconds: Type.Number({
    default: 30,
    minimum: 0.1,
    maximum: 3_600,
    description: 'Completion is given up when the visible rides stand still for so long (s).',
  }),
}

const Parameters = Type.Object({
  ...rideParameters,
  requests: Type.Integer({ default: 200_000, minimum: 1, maximum: 20_000_000, description: 'POSTs in all.' }),
  startupThreads: Type.Integer({ default: 32, minimum: 0, maximum: 4_096, description: 'Start-up threads.' }),
  startupRequests: Type.Integer({
    default: 1_000,
    minimum: 1,
    maximum: 1_000_000,
    description: 'POSTs of each start-up thread.',
  }),
  order: Type.Union([Type.Literal('uniform'), Type.Literal('sequential')], {
    default: 'uniform',
    description:
      'uniform: random skiers, one day. sequential: skiers in turn at resort 1, a new day every ridesPerDay.',
  }),
  ridesPerDay: Type.Integer({
    default: 200_000,
    minimum: 1,
    maximum: 20_000_000,
    description: 'Sequential order only.',
  }),
})

/** Minutes of the ski day in the main schedule. */
const minutes = 360

/**
 * The main schedule of the reference system (2022, 2024): 32 threads with 1 000 POSTs each; as soon as one of
 * them is done, T threads send the rest. `order: sequential` with 600 000 requests is its variant over 3 days.
 */
export const ridesWrite: WorkloadDefinition = {
  name: 'rides/write',
  system: 'rides',
  summary: 'POST rides: a start-up group, then T threads until all are sent',
  parameters: Parameters,
  queues: ['rides.writer'],
  async prepare(context) {
    const parameters = context.parameters as Static<typeof Parameters>
    const events = generateRideEvents({
      count: parameters.requests,
      seed: context.seed,
      skiers: parameters.skiers,
      resorts: parameters.resorts,
      lifts: parameters.lifts,
      minutes,
      order: parameters.order,
      firstDay: 1,
      perDay: parameters.ridesPerDay,
    })
    return await prepareWriteRun(context, events, mainSchedule(parameters, context.threads), {
      firstSeason: parameters.season,
      resorts: parameters.order === 'sequential' ? 1 : parameters.resorts,
      idempotencyKeys: parameters.idempotencyKeys,
      quietMs: parameters.completionQuietSeconds * 1_000,
    })
  },
}

/**
 * The thread groups of the main schedule. If there are not enough requests for a start-up group and something
 * after it, all is sent by the T threads.
 */
export function mainSchedule(
  parameters: { requests: number; startupThreads: number; startupRequests: number },
  threads: number,
): ThreadGroup[] {
  const startup = parameters.startupThreads * parameters.startupRequests
  if (startup === 0 || startup >= parameters.requests) {
    const work = { kind: 'shared', items: parameters.requests } as const
    return [{ name: 'main', threads, firstItem: 0, work, start: { kind: 'immediately' }, measured: true }]
  }
  return [
    {
      name: 'start-up',
      threads: parameters.startupThreads,
      firstItem: 0,
      work: { kind: 'each', items: parameters.startupRequests },
      start: { kind: 'immediately' },
      measured: true,
    },
    {
      name: 'main',
      threads,
      firstItem: startup,
      work: { kind: 'shared', items: parameters.requests - startup },
      start: { kind: 'afterDone', group: 'start-up', threads: 1 },
      measured: true,
    },
  ]
}
