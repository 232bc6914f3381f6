import type { ReferenceOperation } from '@chairlift/kit/testing/check-interface-document.ts'
import type { Schema } from '@chairlift/kit/testing/interface-document.ts'

const text: Schema = { type: 'string' }
const digits: Schema = { type: 'string', pattern: '^[0-9]+$' }
const albumID = pathParameter('albumID', { type: 'string', minLength: 1, maxLength: 128, pattern: '^[^/]+$' })

/** What a drop-in server for AlbumStore 1.0.0, 1.1 and 1.2 must describe, by hand: the routes are tested against it. */
export const referenceOperations: readonly ReferenceOperation[] = [
  {
    operationId: 'newAlbum',
    method: 'post',
    path: '/albums',
    tag: 'albums',
    statuses: [200, 400, 413, 503],
    parameters: [],
    success: objectOf({ albumID: text, imageSize: digits }),
  },
  {
    operationId: 'getAlbumByKey',
    method: 'get',
    path: '/albums/{albumID}',
    tag: 'albums',
    statuses: [200, 400, 404, 503],
    parameters: [albumID],
    success: objectOf({ artist: text, title: text, year: text }),
  },
  {
    operationId: 'review',
    method: 'post',
    path: '/review/{likeornot}/{albumID}',
    tag: 'reviews',
    statuses: [201, 400, 404, 503],
    parameters: [pathParameter('likeornot', { type: 'string', enum: ['like', 'dislike'] }), albumID],
  },
  {
    operationId: 'getLikes',
    method: 'get',
    path: '/review/{albumID}',
    tag: 'reviews',
    statuses: [200, 400, 404, 503],
    parameters: [albumID],
    success: objectOf({ likes: digits, dislikes: digits }),
  },
]

function objectOf(properties: Record<string, Schema>): Schema {
  return { type: 'object', required: Object.keys(properties), properties }
}

function pathParameter(name: string, schema: Schema) {
  return { name, in: 'path', required: true, schema }
}
