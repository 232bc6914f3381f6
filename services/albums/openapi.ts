import { describeInterface } from '@chairlift/kit/http/openapi.ts'
import type { Route } from '@chairlift/kit/http/route.ts'
import Type from 'typebox'

/** The OpenAPI document of albums-api; openapi.yaml is made from it (`npm run generate`). */
export function describeAlbums(routes: readonly Route[]): Record<string, unknown> {
  return describeInterface(routes, {
    title: 'Album store',
    version: '1.2.0',
    summary: 'Albums with cover image, likes and dislikes (AlbumStore 1.0.0, 1.1 and 1.2 in one document).',
    description: 'The operation getAlbumImage extends the reference interface.\n',
    tags: [
      { name: 'albums', description: 'Albums: cover image and profile.' },
      { name: 'reviews', description: 'Likes and dislikes.' },
    ],
    error: {
      schema: Type.Object({ msg: Type.String() }),
      contentType: 'application/json',
      example: { msg: 'invalid request' },
    },
  })
}
