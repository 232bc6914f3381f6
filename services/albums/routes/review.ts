import { eventId } from '@chairlift/kit/http/event-identity.ts'
import { sendEmpty } from '@chairlift/kit/http/respond.ts'
import type { Route } from '@chairlift/kit/http/route.ts'
import Type from 'typebox'
import type { ReadEntry } from '../cache/album-reader.ts'
import { parseLiked, type ReviewEvent } from '../review.ts'
import { albumID, keyNotFound, parseAlbumId } from './parameters.ts'

/** POST /review/{likeornot}/{albumID}: 201 when the review is durable in the queue. */
export function review(readEntry: ReadEntry, publish: (event: ReviewEvent) => Promise<void>): Route {
  return {
    operationId: 'review',
    method: 'post',
    path: '/review/:likeornot/:albumID',
    tag: 'reviews',
    summary: 'Like or dislike an album; counted eventually.',
    description: '201: the review is durable in the broker. 503 at once while the publish breaker is open.',
    parameters: [
      {
        name: 'likeornot',
        in: 'path',
        required: true,
        description: 'The kind of review.',
        schema: Type.String({ enum: ['like', 'dislike'] }),
        example: 'like',
      },
      albumID,
      {
        name: 'Idempotency-Key',
        in: 'header',
        required: false,
        description: 'Makes a retry of the very same review count once.',
        schema: Type.String({ pattern: '^[\\x21-\\x7e]{1,255}$' }),
      },
    ],
    answers: { 201: { description: 'Review accepted. Empty body.' } },
    async handle(request, response) {
      const liked = parseLiked(request.params['likeornot'])
      const album = parseAlbumId(request.params['albumID'])
      const id = eventId(request.headers['idempotency-key'], `${liked ? 'like' : 'dislike'} ${album}`)
      if ((await readEntry(album)) === undefined) throw keyNotFound()
      await publish({ id, albumID: album, liked })
      sendEmpty(response, 201)
    },
  }
}
