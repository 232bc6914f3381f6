import type { Route } from '@chairlift/kit/http/route.ts'
import type { ReadEntry } from '../cache/album-reader.ts'
import type { ReviewEvent } from '../review.ts'
import type { LikeCounts } from '../store/read-likes.ts'
import { getAlbumByKey } from './get-album-by-key.ts'
import { getAlbumImage } from './get-album-image.ts'
import { getLikes } from './get-likes.ts'
import { type NewAlbumParts, newAlbum } from './new-album.ts'
import { review } from './review.ts'

export interface AlbumsParts extends NewAlbumParts {
  readEntry: ReadEntry
  readLikes(id: string): Promise<LikeCounts | undefined>
  publish(event: ReviewEvent): Promise<void>
}

/** The interface of albums-api, the hottest operations first. */
export function albumsRoutes(parts: AlbumsParts): Route[] {
  return [
    newAlbum(parts),
    getAlbumByKey(parts.readEntry),
    review(parts.readEntry, parts.publish),
    getLikes(parts.readLikes),
    getAlbumImage(parts.readEntry, parts.blobs),
  ]
}
