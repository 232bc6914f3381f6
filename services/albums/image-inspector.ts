import { HttpError } from '@chairlift/kit/http/http-error.ts'
import { JpegSize } from './jpeg-size.ts'

/** Largest width × height. Nothing here decodes images, but whoever shows one must. */
export const mostPixels = 25_000_000

type ImageType = 'image/png' | 'image/jpeg' | 'image/webp'

const headBytes = 32
const tailBytes = 12
const pngSignature = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex')
const pngEnd = Buffer.from('0000000049454e44ae426082', 'hex')
const jpegStart = Buffer.from('ffd8ff', 'hex')
const jpegEnd = Buffer.from('ffd9', 'hex')

/**
 * Looks at an image while it streams by, and keeps 44 bytes of it: what kind it is (by its first bytes, never by
 * what the client says), how many pixels it has, and that it ends where an image of its kind ends, which a
 * truncated one and one with something appended do not. Compressed data is not inflated.
 */
export class ImageInspector {
  readonly #limitBytes: number
  #bytes = 0
  #head: Buffer = Buffer.alloc(0)
  #tail: Buffer = Buffer.alloc(0)
  #type: ImageType | undefined
  #jpegSize: JpegSize | undefined

  /** @param limitBytes largest image */
  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes
  }

  get bytes(): number {
    return this.#bytes
  }

  /** @throws HttpError payload_too_large, unsupported_media_type, invalid_input as soon as it is certain */
  update(chunk: Buffer): void {
    this.#bytes += chunk.length
    if (this.#bytes > this.#limitBytes)
      throw new HttpError('payload_too_large', `image is larger than ${this.#limitBytes} bytes`)
    if (this.#type === undefined) this.#identify(chunk)
    else this.#jpegSize?.update(chunk)
    if (this.#jpegSize?.pixels !== undefined) checkPixels(this.#jpegSize.pixels)
    this.#tail = lastBytes(this.#tail, chunk)
  }

  /** The image is complete. @returns its media type @throws HttpError as `update` does */
  finish(): ImageType {
    if (this.#bytes === 0) throw invalid('image is empty')
    if (this.#type === undefined) throw unknownType()
    const whole =
      this.#type === 'image/png'
        ? this.#tail.equals(pngEnd)
        : this.#type === 'image/jpeg'
          ? this.#tail.subarray(-jpegEnd.length).equals(jpegEnd) && this.#jpegSize?.pixels !== undefined
          : riffBytes(this.#head) === this.#bytes
    if (!whole) throw invalid('image is incomplete, or something follows it')
    return this.#type
  }

  #identify(chunk: Buffer): void {
    const head = Buffer.concat([this.#head, chunk.subarray(0, headBytes - this.#head.length)])
    const restFrom = head.length - this.#head.length
    this.#head = head
    if (head.length < headBytes) return
    this.#type = typeOf(head)
    if (this.#type === undefined) throw unknownType()
    if (this.#type === 'image/jpeg') {
      this.#jpegSize = new JpegSize()
      this.#jpegSize.update(head)
      this.#jpegSize.update(chunk.subarray(restFrom))
    } else checkPixels(this.#type === 'image/png' ? pngPixels(head) : webpPixels(head))
  }
}

function typeOf(head: Buffer): ImageType | undefined {
  if (head.subarray(0, pngSignature.length).equals(pngSignature)) return 'image/png'
  if (head.subarray(0, jpegStart.length).equals(jpegStart)) return 'image/jpeg'
  const isWebp = head.toString('latin1', 0, 4) === 'RIFF' && head.toString('latin1', 8, 12) === 'WEBP'
  return isWebp ? 'image/webp' : undefined
}

/** PNG (third edition), 11.2.1: IHDR begins with width and height. */
function pngPixels(head: Buffer): number {
  return head.readUInt32BE(16) * head.readUInt32BE(20)
}

/** RFC 9649, 2.5 to 2.7: the first chunk tells the size, in one of three ways. */
function webpPixels(head: Buffer): number | undefined {
  const format = head.toString('latin1', 12, 16)
  if (format === 'VP8X') return (1 + head.readUIntLE(24, 3)) * (1 + head.readUIntLE(27, 3))
  if (format === 'VP8 ') return (head.readUInt16LE(26) & 0x3fff) * (head.readUInt16LE(28) & 0x3fff)
  if (format !== 'VP8L') return undefined
  const bits = head.readUInt32LE(21)
  return (1 + (bits & 0x3fff)) * (1 + ((bits >>> 14) & 0x3fff))
}

/** A RIFF file says how long it is; the eight bytes before that field are not counted. */
function riffBytes(head: Buffer): number {
  return head.readUInt32LE(4) + 8
}

function checkPixels(pixels: number | undefined): void {
  if (pixels === undefined || pixels === 0) throw invalid('image has no size')
  if (pixels > mostPixels)
    throw new HttpError('payload_too_large', `image has more than ${mostPixels} pixels`)
}

function lastBytes(before: Buffer, chunk: Buffer): Buffer {
  // Copied: a view would keep the whole chunk in memory.
  return chunk.length >= tailBytes
    ? Buffer.from(chunk.subarray(-tailBytes))
    : Buffer.concat([before, chunk]).subarray(-tailBytes)
}

function unknownType(): HttpError {
  return new HttpError('unsupported_media_type', 'image must be PNG, JPEG or WebP')
}

function invalid(message: string): HttpError {
  return new HttpError('invalid_input', message)
}
