import { pipeline } from 'node:stream/promises'
import type { BlobStore, ByteRange } from '@chairlift/kit/blobs/blob-store.ts'
import { matchesEntityTag, parseRange } from '@chairlift/kit/http/byte-range.ts'
import { HttpError } from '@chairlift/kit/http/http-error.ts'
import type { Route, RouteAnswer } from '@chairlift/kit/http/route.ts'
import type { Request, Response } from 'express'
import Type from 'typebox'
import { type ImageInfo, imageKey } from '../album.ts'
import { imageOf } from '../cache/album-entry.ts'
import type { ReadEntry } from '../cache/album-reader.ts'
import { albumID, keyNotFound, parseAlbumId } from './parameters.ts'

const text = Type.String()
const headers: NonNullable<RouteAnswer['headers']> = {
  ETag: { description: 'SHA-256 of the image.', schema: text },
  'Accept-Ranges': { description: 'bytes', schema: text },
}
const contentTypes = ['image/png', 'image/jpeg', 'image/webp']

/** GET /albums/{albumID}/image: the very bytes that were posted, or a range of them; our extension. */
export function getAlbumImage(readEntry: ReadEntry, blobs: Pick<BlobStore, 'get'>): Route {
  return {
    operationId: 'getAlbumImage',
    method: 'get',
    path: '/albums/:albumID/image',
    tag: 'albums',
    summary: 'Read the image of an album.',
    parameters: [
      albumID,
      header('Range', 'One range of bytes, e.g. bytes=0-99; several are answered with the whole.'),
      header('If-None-Match', 'Entity tags that the client has.'),
      header('If-Range', 'The range is only wanted if the image still has this entity tag.'),
    ],
    answers: {
      200: { description: 'The image.', contentTypes, headers },
      206: {
        description: 'The range.',
        contentTypes,
        headers: { ...headers, 'Content-Range': { description: 'Which bytes these are.', schema: text } },
      },
      304: { description: 'The client has it. Empty body.', headers },
    },
    errors: { 416: 'The range begins behind the end.' },
    async handle(request, response) {
      const id = parseAlbumId(request.params['albumID'])
      const entry = await readEntry(id)
      if (entry === undefined) throw keyNotFound()
      await sendImage(request, response, imageOf(entry), (range) => blobs.get(imageKey(id), range))
    },
  }
}

async function sendImage(
  request: Request,
  response: Response,
  image: ImageInfo,
  open: (range?: ByteRange) => ReturnType<BlobStore['get']>,
): Promise<void> {
  const entityTag = `"${image.sha256}"`
  const common = {
    ETag: entityTag,
    'Accept-Ranges': 'bytes',
    // Images never change; but nobody may take a hostile one for a page.
    'Cache-Control': 'public, max-age=31536000, immutable',
    'X-Content-Type-Options': 'nosniff',
    'Content-Disposition': 'inline',
  }
  if (matchesEntityTag(request.headers['if-none-match'], entityTag)) {
    response.writeHead(304, common).end()
    return
  }
  const ifRange = request.headers['if-range']
  const range =
    ifRange === undefined || ifRange === entityTag
      ? parseRange(request.headers['range'], image.bytes)
      : undefined
  if (range === 'unsatisfiable')
    throw new HttpError('range_not_satisfiable', `the image has ${image.bytes} bytes`, {
      headers: { 'Content-Range': `bytes */${image.bytes}` },
    })
  const content = request.method === 'HEAD' ? undefined : await open(range)
  if (!content && request.method !== 'HEAD') throw new Error('the image of an album is not in the blob store')
  response.writeHead(range ? 206 : 200, {
    ...common,
    'Content-Type': image.contentType,
    'Content-Length': range ? range.last - range.first + 1 : image.bytes,
    ...(range && { 'Content-Range': `bytes ${range.first}-${range.last}/${image.bytes}` }),
  })
  if (!content) {
    response.end()
    return
  }
  // A client that goes away is no fault of ours; pipeline closes the blob's file or connection then.
  await pipeline(content, response).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error
  })
}

function header(name: string, description: string) {
  return { name, in: 'header' as const, required: false, description, schema: text }
}
