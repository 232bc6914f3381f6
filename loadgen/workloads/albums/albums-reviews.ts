import Type, { type Static } from 'typebox'
import type { WorkloadDefinition } from '../workload-definition.ts'
import { albumParameters } from './album-parameters.ts'
import { prepareAlbumRun } from './album-run.ts'
import { groupSchedule } from './schedules.ts'

const Parameters = Type.Object({
  ...albumParameters,
  iterations: Type.Integer({
    default: 100,
    minimum: 1,
    maximum: 1_000_000,
    description: 'Albums of each thread, with two likes and one dislike each.',
  }),
  readers: Type.Integer({
    default: 0,
    minimum: 0,
    maximum: 1_024,
    description:
      'Threads that read counts of random albums, from the end of the first group to the end of the last.',
  }),
  idempotencyKeys: Type.Boolean({
    default: true,
    description: 'Reviews carry an Idempotency-Key, so that a retried one counts once.',
  }),
})

/** The schedule of the last two steps of the reference system: an album, two likes, one dislike; with readers. */
export const albumsReviews: WorkloadDefinition = {
  name: 'albums/reviews',
  system: 'albums',
  summary:
    'POST an album, two likes and a dislike, in groups of 10 threads every 2 s; optionally readers of counts',
  parameters: Parameters,
  queues: ['albums.reviewer'],
  queueInvariant: 'ALB-I9',
  async prepare(context) {
    const parameters = context.parameters as Static<typeof Parameters>
    const schedule = groupSchedule({ ...parameters, threads: context.threads })
    return await prepareAlbumRun(context, {
      ...schedule,
      steps: ['post', 'like', 'like', 'dislike'],
      readerSteps: ['readAny', 'readAny', 'readAny', 'readAny'],
      idempotencyKeys: parameters.idempotencyKeys,
    })
  },
}
