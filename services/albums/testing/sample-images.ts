import { crc32 } from 'node:zlib'

/** A chunk of a PNG with its length and checksum. */
export function pngChunk(type: string, data: Buffer): Buffer {
  const typed = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const length = Buffer.alloc(4)
  length.writeUInt32BE(data.length)
  const checksum = Buffer.alloc(4)
  checksum.writeUInt32BE(crc32(typed))
  return Buffer.concat([length, typed, checksum])
}

/** A PNG of about `bytes` bytes whose header says this size; further chunks may be put before its data. */
export function png(
  options: { bytes?: number; width?: number; height?: number; extra?: Buffer } = {},
): Buffer {
  const { bytes = 3_475, width = 92, height = 92, extra = Buffer.alloc(0) } = options
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header[8] = 8
  const parts = [Buffer.from('89504e470d0a1a0a', 'hex'), pngChunk('IHDR', header), extra]
  const end = pngChunk('IEND', Buffer.alloc(0))
  const filling = Math.max(0, bytes - 12 - end.length - parts.reduce((sum, part) => sum + part.length, 0))
  const data = Buffer.alloc(filling)
  for (let index = 0; index < filling; index++) data[index] = (index * 167) & 0xff
  return Buffer.concat([...parts, pngChunk('IDAT', data), end])
}

/** A JPEG's skeleton: EXIF of `exifBytes`, a frame header with this size, a scan, the end. */
export function jpeg(options: { exifBytes?: number; width?: number; height?: number } = {}): Buffer {
  const { exifBytes = 100, width = 92, height = 92 } = options
  const segment = (marker: number, data: Buffer) => {
    const head = Buffer.from([0xff, marker, 0, 0])
    head.writeUInt16BE(data.length + 2, 2)
    return Buffer.concat([head, data])
  }
  const frame = Buffer.from([8, 0, 0, 0, 0, 1, 1, 0x11, 0])
  frame.writeUInt16BE(height, 1)
  frame.writeUInt16BE(width, 3)
  return Buffer.concat([
    Buffer.from('ffd8', 'hex'),
    segment(0xe1, Buffer.alloc(exifBytes, 'E')),
    segment(0xc0, frame),
    segment(0xda, Buffer.alloc(8)),
    Buffer.alloc(500, 0x55),
    Buffer.from('ffd9', 'hex'),
  ])
}

/** A WebP's skeleton with the extended header and this size. */
export function webp({ width = 92, height = 92 } = {}): Buffer {
  const chunk = Buffer.alloc(18)
  chunk.write('VP8X', 0, 'latin1')
  chunk.writeUInt32LE(10, 4)
  chunk.writeUIntLE(width - 1, 12, 3)
  chunk.writeUIntLE(height - 1, 15, 3)
  const body = Buffer.concat([Buffer.from('WEBP'), chunk, Buffer.alloc(100, 7)])
  const size = Buffer.alloc(4)
  size.writeUInt32LE(body.length)
  return Buffer.concat([Buffer.from('RIFF'), size, body])
}
