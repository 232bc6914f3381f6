import { createHash } from 'node:crypto'
import { unlink } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import type { BlobContent } from '@chairlift/kit/blobs/blob-store.ts'
import { receiveBlob } from '@chairlift/kit/blobs/receive-blob.ts'
import { HttpError } from '@chairlift/kit/http/http-error.ts'
import { type Part, readMultipart, readText } from '@chairlift/kit/http/read-multipart.ts'
import type { AlbumInfo, ImageInfo } from './album.ts'
import { ImageInspector } from './image-inspector.ts'
import { parseProfile } from './profile.ts'

export interface ReceivedAlbum {
  info: AlbumInfo
  image: ImageInfo
  /** A spool file of it belongs to whoever takes this. */
  content: BlobContent
}

/** Room for the profile and the form's own lines beside the image. */
const formBytes = 262_144
const textBytes = 65_536
const mostParts = 32
const known = ['artist', 'title', 'year'].flatMap((name) => [name, `profile[${name}]`])
const textNames = new Set(['profile', ...known])

/**
 * Receives the form of newAlbum: image and profile, in any order, other parts ignored. What the client says of the
 * image's type and name is not believed.
 *
 * @param limits.imageBytes largest image; limits.spoolFolder where large ones are kept meanwhile
 * @throws HttpError for a form that is not one, a bad image or a bad profile; nothing is left behind then
 */
export async function receiveAlbum(
  request: IncomingMessage,
  limits: { imageBytes: number; spoolFolder: string },
): Promise<ReceivedAlbum> {
  const texts = new Map<string, string>()
  let image: { info: ImageInfo; content: BlobContent } | undefined
  let imageSeen = false

  const receive = async (part: Part): Promise<void> => {
    if (part.name === 'image') {
      if (imageSeen) throw new HttpError('invalid_input', 'image must be there once')
      imageSeen = true
      image = await receiveImage(part, limits)
    } else if (textNames.has(part.name)) {
      if (texts.has(part.name)) throw new HttpError('invalid_input', `${part.name} must be there once`)
      texts.set(part.name, '')
      texts.set(part.name, await readText(part, textBytes))
    } else part.stream.resume()
  }
  try {
    await readMultipart(request, { bodyBytes: limits.imageBytes + formBytes, parts: mostParts }, receive)
    if (!image) throw new HttpError('invalid_input', 'image is missing')
    return { info: parseProfile(texts), image: image.info, content: image.content }
  } catch (error) {
    if (image && !Buffer.isBuffer(image.content)) await unlink(image.content.file).catch(() => undefined)
    throw error
  }
}

async function receiveImage(
  { stream }: Part,
  limits: { imageBytes: number; spoolFolder: string },
): Promise<{ info: ImageInfo; content: BlobContent }> {
  const inspector = new ImageInspector(limits.imageBytes)
  const hash = createHash('sha256')
  const content = await receiveBlob(stream, limits.spoolFolder, (chunk) => {
    inspector.update(chunk)
    hash.update(chunk)
  })
  try {
    const contentType = inspector.finish()
    return { info: { contentType, bytes: inspector.bytes, sha256: hash.digest('hex') }, content }
  } catch (error) {
    if (!Buffer.isBuffer(content)) await unlink(content.file).catch(() => undefined)
    throw error
  }
}
