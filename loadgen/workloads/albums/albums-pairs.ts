import Type, { type Static } from 'typebox'
import type { WorkloadDefinition } from '../workload-definition.ts'
import { albumParameters } from './album-parameters.ts'
import { prepareAlbumRun } from './album-run.ts'
import { groupSchedule } from './schedules.ts'

const Parameters = Type.Object({
  ...albumParameters,
  iterations: Type.Integer({
    default: 1_000,
    minimum: 1,
    maximum: 1_000_000,
    description: 'Pairs of POST and GET of each thread.',
  }),
})

/** The schedule of the first two steps of the reference system: pairs of POST and GET, half of each. */
export const albumsPairs: WorkloadDefinition = {
  name: 'albums/pairs',
  system: 'albums',
  summary: 'POST an album with its image and GET it by its key, in groups of 10 threads every 2 s',
  parameters: Parameters,
  queues: ['albums.reviewer'],
  queueInvariant: 'ALB-I9',
  async prepare(context) {
    const parameters = context.parameters as Static<typeof Parameters>
    const schedule = groupSchedule({ ...parameters, threads: context.threads, readers: 0 })
    return await prepareAlbumRun(context, { ...schedule, steps: ['post', 'get'], idempotencyKeys: true })
  },
}
