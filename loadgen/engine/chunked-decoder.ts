const state = {
  size: 0,
  extension: 1,
  sizeLineFeed: 2,
  data: 3,
  dataReturn: 4,
  dataLineFeed: 5,
  trailerStart: 6,
  trailer: 7,
  trailerLineFeed: 8,
  lastLineFeed: 9,
} as const

const carriageReturn = 13
const lineFeed = 10
const semicolon = 59
/** More hexadecimal digits than this would leave the exact range of a double. */
const maxSizeDigits = 12

/** Decodes one body in chunked transfer coding (RFC 9112 §7.1) that arrives in pieces of any size. */
export class ChunkedDecoder {
  done = false
  #state: number = state.size
  #chunkBytes = 0
  #digits = 0

  reset(): void {
    this.done = false
    this.#startChunk()
  }

  /**
   * Takes bytes `start` … `end` and appends copies of the data in them to `sink`, when there is one.
   * Returns the offset behind the last byte taken (less than `end` only when done) or -1 when malformed.
   */
  consume(bytes: Uint8Array, start: number, end: number, sink: Buffer[] | undefined): number {
    let at = start
    while (at < end && !this.done) {
      if (this.#state === state.data) {
        const take = Math.min(this.#chunkBytes, end - at)
        sink?.push(Buffer.from(bytes.subarray(at, at + take)))
        at += take
        this.#chunkBytes -= take
        if (this.#chunkBytes === 0) this.#state = state.dataReturn
      } else if (!this.#step(bytes[at++] as number)) return -1
    }
    return at
  }

  /** One byte of the framing; false when it is not allowed here. */
  #step(byte: number): boolean {
    switch (this.#state) {
      case state.size:
        return this.#sizeByte(byte)
      case state.extension:
        if (byte === carriageReturn) this.#state = state.sizeLineFeed
        return byte !== lineFeed
      case state.sizeLineFeed:
        this.#state = this.#chunkBytes > 0 ? state.data : state.trailerStart
        return byte === lineFeed
      case state.dataReturn:
        this.#state = state.dataLineFeed
        return byte === carriageReturn
      case state.dataLineFeed:
        this.#startChunk()
        return byte === lineFeed
      case state.trailerStart:
        this.#state = byte === carriageReturn ? state.lastLineFeed : state.trailer
        return byte !== lineFeed
      case state.trailer:
        if (byte === carriageReturn) this.#state = state.trailerLineFeed
        return byte !== lineFeed
      case state.trailerLineFeed:
        this.#state = state.trailerStart
        return byte === lineFeed
      default:
        this.done = true
        return byte === lineFeed
    }
  }

  #sizeByte(byte: number): boolean {
    const digit = hexDigit(byte)
    if (digit >= 0) {
      this.#chunkBytes = this.#chunkBytes * 16 + digit
      return ++this.#digits <= maxSizeDigits
    }
    if (byte === carriageReturn) this.#state = state.sizeLineFeed
    else this.#state = state.extension
    const endsSize = byte === carriageReturn || byte === semicolon || byte === 32 || byte === 9
    return endsSize && this.#digits > 0
  }

  #startChunk(): void {
    this.#state = state.size
    this.#chunkBytes = 0
    this.#digits = 0
  }
}

function hexDigit(byte: number): number {
  if (byte >= 48 && byte <= 57) return byte - 48
  const lower = byte | 32
  return lower >= 97 && lower <= 102 ? lower - 87 : -1
}
