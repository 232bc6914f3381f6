import Type, { type Static } from 'typebox'
import { smallestImage } from './album-data.ts'

/** Settings that all workloads of the albums have. */
export const albumParameters = {
  groupThreads: Type.Integer({ default: 10, minimum: 1, maximum: 4_096, description: 'Threads of a group.' }),
  delaySeconds: Type.Number({
    default: 2,
    minimum: 0,
    maximum: 600,
    description: 'Between the starts of two groups.',
  }),
  startupThreads: Type.Integer({
    default: 10,
    minimum: 0,
    maximum: 4_096,
    description: 'Start-up threads, not measured.',
  }),
  startupIterations: Type.Integer({
    default: 100,
    minimum: 1,
    maximum: 1_000_000,
    description: 'Iterations of each start-up thread.',
  }),
  imageBytes: Type.Integer({
    default: 3_475,
    minimum: smallestImage,
    maximum: 10_485_760,
    description: 'Size of an image.',
  }),
  profile: Type.Union([Type.Literal('json'), Type.Literal('toString')], {
    default: 'json',
    description: 'The profile as JSON, or as the generated Java client sends it.',
  }),
  sampledImages: Type.Integer({
    default: 500,
    minimum: 1,
    maximum: 1_000_000,
    description: 'Images read back and compared, chosen by the seed.',
  }),
}

export type AlbumParameters = Static<ReturnType<typeof describe>>

function describe() {
  return Type.Object(albumParameters)
}
