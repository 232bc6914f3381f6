import type { Album, AlbumInfo, ImageInfo } from '../album.ts'

/**
 * An album as it is cached and handed about: the very body of the answer to GET, a newline (which JSON never
 * contains), and the image's facts. A hit is answered without parsing or writing JSON.
 */
export type AlbumEntry = string

/** The entry of an album. */
export function toEntry({ info, image }: Album): AlbumEntry {
  const body: AlbumInfo = { artist: info.artist, title: info.title, year: info.year }
  return `${JSON.stringify(body)}\n${JSON.stringify(image)}`
}

/** The JSON text of the album's profile. */
export function profileOf(entry: AlbumEntry): string {
  return entry.slice(0, entry.indexOf('\n'))
}

/** The facts of the album's image. */
export function imageOf(entry: AlbumEntry): ImageInfo {
  return JSON.parse(entry.slice(entry.indexOf('\n') + 1)) as ImageInfo
}
