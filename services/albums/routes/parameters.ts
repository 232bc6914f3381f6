import { HttpError } from '@chairlift/kit/http/http-error.ts'
import type { RouteParameter } from '@chairlift/kit/http/route.ts'
import Type from 'typebox'

const longestId = 128

/** Key of an album, as in the path of every operation but newAlbum. */
export const albumID: RouteParameter = {
  name: 'albumID',
  in: 'path',
  required: true,
  description: 'Key returned by newAlbum; opaque, without a slash.',
  schema: Type.String({ minLength: 1, maxLength: longestId, pattern: '^[^/]+$' }),
  example: '0197f3a4-8c5e-7e0c-9a55-3f6f6f0c1a11',
}

/** Any text up to 128 characters may be a key; whether it is one, only a look tells. @throws HttpError invalid_input */
export function parseAlbumId(text: unknown): string {
  if (typeof text === 'string' && text.length <= longestId) return text
  throw new HttpError('invalid_input', `albumID must have at most ${longestId} characters`)
}

/** The answer where no album has the key. */
export function keyNotFound(): HttpError {
  return new HttpError('not_found', 'Key not found')
}
