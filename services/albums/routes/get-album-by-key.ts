import { sendJsonText } from '@chairlift/kit/http/respond.ts'
import type { Route } from '@chairlift/kit/http/route.ts'
import { AlbumInfo } from '../album.ts'
import { profileOf } from '../cache/album-entry.ts'
import type { ReadEntry } from '../cache/album-reader.ts'
import { albumID, keyNotFound, parseAlbumId } from './parameters.ts'

/** GET /albums/{albumID}: the profile as it was posted. */
export function getAlbumByKey(readEntry: ReadEntry): Route {
  return {
    operationId: 'getAlbumByKey',
    method: 'get',
    path: '/albums/:albumID',
    tag: 'albums',
    summary: 'Read the profile of an album.',
    parameters: [albumID],
    answers: {
      200: {
        description: 'The profile as it was posted.',
        schema: AlbumInfo,
        example: { artist: 'Sex Pistols', title: 'Never Mind The Bollocks!', year: '1977' },
      },
    },
    async handle(request, response) {
      const entry = await readEntry(parseAlbumId(request.params['albumID']))
      if (entry === undefined) throw keyNotFound()
      sendJsonText(response, 200, profileOf(entry))
    },
  }
}
