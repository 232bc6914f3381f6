import Type, { type Static } from 'typebox'
import { v7 as uuid } from 'uuid'

/** What is known of an album; all of it text, as it was posted. */
export const AlbumInfo = Type.Object({
  artist: Type.String({ description: 'Album performers.' }),
  title: Type.String({ description: 'Album title.' }),
  year: Type.String({ description: 'Year released.' }),
})
export type AlbumInfo = Static<typeof AlbumInfo>

/** What is known of an album's image; its bytes are in the blob store. */
export interface ImageInfo {
  contentType: string
  bytes: number
  /** SHA-256 in hexadecimal. */
  sha256: string
}

/** An album never changes once it is stored. */
export interface Album {
  id: string
  info: AlbumInfo
  image: ImageInfo
}

const idPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

/** An id that nobody has had: UUIDv7, so that rows and objects made together lie together. */
export function newAlbumId(): string {
  return uuid()
}

/** Could this service have issued the id? If not, no store need be asked. */
export function isAlbumId(text: string): boolean {
  return idPattern.test(text)
}

/** When an id was made (ms since the epoch): the first 48 bits of a UUIDv7 (RFC 9562, 5.7). */
export function albumIdTimeMs(id: string): number {
  return Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16)
}

const imageFolder = 'albums/'

/** Key of an album's image in the blob store. */
export function imageKey(id: string): string {
  return imageFolder + id
}

/** The album whose image a key names; undefined for an object of somebody else. */
export function albumOfImage(key: string): string | undefined {
  const id = key.slice(imageFolder.length)
  return key.startsWith(imageFolder) && isAlbumId(id) ? id : undefined
}
