import { crc32 } from 'node:zlib'

/** What an album of a run is, computed again wherever it is needed. */
export interface AlbumData {
  artist: string
  title: string
  year: string
}

/** Profile of an album; quotes, a backslash and letters beyond ASCII are in each. */
export function albumData(runId: string, item: number): AlbumData {
  return {
    artist: `Künstler "${item}" \\ ${runId}`,
    title: `Never Mind The Bollocks! ${item}`,
    year: String(1950 + (item % 75)),
  }
}

/** The profile as the generated Java client sends it: the object's toString(). */
export function toStringForm({ artist, title, year }: AlbumData): string {
  const lines = Object.entries({ artist, title, year }).map(
    ([name, value]) => `    ${name}: ${value.replaceAll('\n', '\n    ')}\n`,
  )
  return `class AlbumsProfile {\n${lines.join('')}}`
}

/** Room for the run and the item in an image. */
const markBytes = 40
const signature = Buffer.from('89504e470d0a1a0a', 'hex')

/** Smallest image that {@link createImages} can make (bytes). */
export const smallestImage = 160

/**
 * Images of one run: sound PNG files of 92 × 92 pixels and exactly `bytes` bytes, each one different. They are one
 * template, into which run and item are written; the checksum of that piece is the only work of an image.
 *
 * @throws RangeError below {@link smallestImage}
 */
export function createImages(bytes: number, runId: string): (item: number) => Buffer {
  if (bytes < smallestImage) throw new RangeError(`an image has at least ${smallestImage} bytes`)
  const header = Buffer.alloc(13)
  header.writeUInt32BE(92, 0)
  header.writeUInt32BE(92, 4)
  header.set([8, 0, 0, 0, 0], 8)
  const start = Buffer.concat([signature, chunk('IHDR', header)])
  const mark = chunk('tEXt', Buffer.alloc(markBytes, ' '))
  const end = chunk('IEND', Buffer.alloc(0))
  const filling = bytes - start.length - mark.length - end.length - 12
  const template = Buffer.concat([start, mark, chunk('IDAT', fill(filling)), end])
  const markAt = start.length
  return (item) => {
    const image = Buffer.from(template)
    image.write(`Comment\0${runId} ${item}`.padEnd(markBytes), markAt + 8, markBytes, 'latin1')
    image.writeUInt32BE(crc32(image.subarray(markAt + 4, markAt + 8 + markBytes)), markAt + 8 + markBytes)
    return image
  }
}

function chunk(type: string, data: Buffer): Buffer {
  const typed = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const framed = Buffer.alloc(typed.length + 8)
  framed.writeUInt32BE(data.length, 0)
  typed.copy(framed, 4)
  framed.writeUInt32BE(crc32(typed), 4 + typed.length)
  return framed
}

/** Bytes of every value, so that a transfer that changes some of them is found out. */
function fill(bytes: number): Buffer {
  return Buffer.from(Array.from({ length: bytes }, (_, index) => (index * 167) & 0xff))
}
