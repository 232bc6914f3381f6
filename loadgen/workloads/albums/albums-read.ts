import Type, { type Static } from 'typebox'
import { runLoad } from '../../engine/run-load.ts'
import type { WorkloadDefinition } from '../workload-definition.ts'
import { albumParameters } from './album-parameters.ts'
import type { AlbumModuleParameters } from './album-requests.ts'
import { prepareAlbumRun } from './album-run.ts'
import { checkNone } from './check-none.ts'
import { RunState } from './run-state.ts'

const { imageBytes, profile } = albumParameters
const Parameters = Type.Object({
  imageBytes,
  profile,
  albums: Type.Integer({
    default: 10_000,
    minimum: 1,
    maximum: 1_000_000,
    description: 'Albums posted first, not measured.',
  }),
  iterations: Type.Integer({
    default: 2_000,
    minimum: 1,
    maximum: 1_000_000,
    description: 'GETs of each thread.',
  }),
})

/** Threads that post the albums. */
const postingThreads = 32

/** GETs alone: T threads read random ones of the albums that were posted before; every answer is checked. */
export const albumsRead: WorkloadDefinition = {
  name: 'albums/read',
  system: 'albums',
  summary: 'GET random albums, each answer checked',
  parameters: Parameters,
  queues: ['albums.reviewer'],
  queueInvariant: 'ALB-I9',
  async prepare(context) {
    const parameters = context.parameters as Static<typeof Parameters>
    context.log(`posting ${parameters.albums} albums to read`)
    const { albums } = parameters
    const posting = await prepareAlbumRun(context, {
      groups: [],
      albums,
      steps: ['post'],
      idempotencyKeys: true,
    })
    await runLoad(
      {
        target: context.target,
        groups: [
          {
            name: 'albums',
            threads: postingThreads,
            firstItem: 0,
            work: { kind: 'shared', items: albums },
            start: { kind: 'immediately' },
            measured: false,
          },
        ],
        workload: { module: posting.module, parameters: posting.moduleParameters, shared: posting.shared },
        retry: { limit: 5, mode: 'transient' },
        requestTimeoutMs: 30_000,
        connectTimeoutMs: 30_000,
        workers: 1,
        engine: 'raw',
      },
      {},
      context.signal,
    )
    const state = new RunState(posting.shared)
    const moduleParameters: Partial<AlbumModuleParameters> = { steps: ['getAny'], firstReaderItem: Infinity }
    return {
      groups: [
        {
          name: 'readers',
          threads: context.threads,
          firstItem: 0,
          work: { kind: 'each', items: parameters.iterations },
          start: { kind: 'immediately' },
          measured: true,
        },
      ],
      module: posting.module,
      moduleParameters: { ...posting.moduleParameters, ...moduleParameters },
      shared: state.shared,
      verify: async (result) => [
        checkNone('ALB-I1', 'every answer was what was posted', state.total('wrongProfiles')),
        checkNone('ALB-I5', 'no GET was 404', result.operations['getAlbumByKey']?.byStatus['404'] ?? 0),
        {
          id: 'ALB-D2',
          name: 'different albums were read, not one',
          passed: state.distinctReads() >= 0.5 * Math.min(albums, state.total('reads')),
          expected: albums,
          actual: state.distinctReads(),
          detail: `${state.total('reads')} reads`,
        },
      ],
    }
  },
}
