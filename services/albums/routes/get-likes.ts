import { sendJson } from '@chairlift/kit/http/respond.ts'
import type { Route } from '@chairlift/kit/http/route.ts'
import Type from 'typebox'
import { isAlbumId } from '../album.ts'
import type { LikeCounts } from '../store/read-likes.ts'
import { albumID, keyNotFound, parseAlbumId } from './parameters.ts'

const count = Type.String({ pattern: '^[0-9]+$' })
const Likes = Type.Object({ likes: count, dislikes: count }, { description: 'Counts as text.' })

/**
 * GET /review/{albumID}: always from the primary database and never cached, so that a reader never sees a count go
 * back; reads that come together share a statement.
 */
export function getLikes(readLikes: (id: string) => Promise<LikeCounts | undefined>): Route {
  return {
    operationId: 'getLikes',
    method: 'get',
    path: '/review/:albumID',
    tag: 'reviews',
    summary: 'Number of likes and dislikes of an album.',
    description:
      'A client of the original document may send `Accept: applications/json`; the answer is always application/json.',
    parameters: [albumID],
    answers: {
      200: {
        description: 'The counts; "0" when there are none.',
        schema: Likes,
        example: { likes: '2', dislikes: '1' },
      },
    },
    async handle(request, response) {
      const id = parseAlbumId(request.params['albumID'])
      const counts = isAlbumId(id) ? await readLikes(id) : undefined
      if (!counts) throw keyNotFound()
      sendJson(response, 200, { likes: String(counts.likes), dislikes: String(counts.dislikes) })
    },
  }
}
