import type { BlobStore } from '@chairlift/kit/blobs/blob-store.ts'
import { HttpError } from '@chairlift/kit/http/http-error.ts'
import { sendJson } from '@chairlift/kit/http/respond.ts'
import type { Route, RouteForm } from '@chairlift/kit/http/route.ts'
import Type from 'typebox'
import { type Album, imageKey, newAlbumId } from '../album.ts'
import type { AlbumCache } from '../cache/album-cache.ts'
import { toEntry } from '../cache/album-entry.ts'
import { receiveAlbum } from '../receive-album.ts'

export interface NewAlbumParts {
  blobs: BlobStore
  /** Commits one album. */
  insert(album: Album): Promise<void>
  cache: AlbumCache
  maxImageBytes: number
  maxUploads: number
}

const ImageMetaData = Type.Object({
  albumID: Type.String({ description: 'Key of the new album.' }),
  imageSize: Type.String({ pattern: '^[0-9]+$', description: 'Size of the image in bytes, as text.' }),
})

const profileExample = { artist: 'Sex Pistols', title: 'Never Mind The Bollocks!', year: '1977' }
const image = '(3475 bytes of nmtb.png)'

const form: RouteForm = {
  schema: Type.Object(
    {
      image: Type.String({
        contentMediaType: 'application/octet-stream',
        description: 'The cover: PNG, JPEG or WebP, whatever the part says of itself.',
      }),
      profile: Type.Optional(
        Type.Union([
          Type.Object({
            artist: Type.String({ description: 'Album performers.' }),
            title: Type.String({ description: 'Album title.' }),
            year: Type.Union([Type.String(), Type.Integer()], {
              description: 'Year released. A number is accepted and stored as text.',
            }),
          }),
          Type.String({
            pattern:
              '^class \\w+ \\{\\n    artist: [\\s\\S]*\\n    title: [\\s\\S]*\\n    year: [\\s\\S]*\\n\\}$',
            description: 'The toString() form of the generated Java client.',
          }),
        ]),
      ),
      artist: Type.Optional(Type.String()),
      title: Type.Optional(Type.String()),
      year: Type.Optional(Type.String()),
    },
    {
      description:
        'Parts may come in any order. Either profile or the three flat fields must be there; profile wins.',
      anyOf: [{ required: ['profile'] }, { required: ['artist', 'title', 'year'] }],
    },
  ),
  encoding: {
    image: { contentType: 'image/png, image/jpeg, image/webp, application/octet-stream' },
    profile: { contentType: 'application/json, text/plain' },
  },
  examples: {
    json: { image, profile: profileExample },
    generatedClient: {
      image,
      profile:
        'class AlbumsProfile {\n    artist: Sex Pistols\n    title: Never Mind The Bollocks!\n    year: 1977\n}',
    },
    flatFields: { image, ...profileExample },
  },
}

/**
 * POST /albums: 200 when both are stored, the image first. A row is only ever seen with its image behind it; an
 * image without a row cannot be reached, and the sweeper removes it.
 */
export function newAlbum(parts: NewAlbumParts): Route {
  const { blobs, insert, cache, maxImageBytes, maxUploads } = parts
  let uploads = 0

  return {
    operationId: 'newAlbum',
    method: 'post',
    path: '/albums',
    tag: 'albums',
    summary: 'Store a new album; return its key and the size of its image.',
    description: 'Answered only when profile and image are stored. The success code is 200, not 201.',
    form,
    answers: {
      200: {
        description: 'Album stored.',
        schema: ImageMetaData,
        example: { albumID: '0197f3a4-8c5e-7e0c-9a55-3f6f6f0c1a11', imageSize: '3475' },
      },
    },
    errors: {
      413: 'The image, a text or the whole form is too large, or the image has too many pixels.',
      415: 'The image is not PNG, JPEG or WebP, or something is compressed or encoded.',
    },
    async handle(request, response) {
      if (uploads >= maxUploads) {
        request.resume()
        throw new HttpError('overloaded', 'too many uploads at once', { retryAfterSeconds: 1 })
      }
      uploads++
      try {
        const received = await receiveAlbum(request, {
          imageBytes: maxImageBytes,
          spoolFolder: blobs.spoolFolder,
        })
        const album: Album = { id: newAlbumId(), info: received.info, image: received.image }
        await blobs.put(imageKey(album.id), received.content, album.image.contentType)
        await insert(album)
        await cache.put(album.id, toEntry(album))
        sendJson(response, 200, { albumID: album.id, imageSize: String(album.image.bytes) })
      } finally {
        uploads--
      }
    },
  }
}
