const carriageReturn = 13
const lineFeed = 10
const colon = 58
const space = 32
const tab = 9

/** No content-length header; the body's end is told otherwise. */
export const noLength = -1

/** What the client needs of a status line and headers. */
export class ResponseHead {
  status = 0
  contentLength = noLength
  chunked = false
  /** A transfer coding other than chunked comes last: the body ends with the connection. */
  untilClose = false
  keepAlive = true
  retryAfter: string | undefined = undefined

  /**
   * Reads a head from bytes `start` … `end`. Returns the offset behind its blank line, `incomplete` when the
   * blank line is not there yet (call again from the same start with more bytes), or `malformed`.
   * Lines must end in CRLF (RFC 9112 §2.2), as in the parser of Node.
   */
  parse(bytes: Buffer, start: number, end: number): number {
    if (end - start < 12) return startsLikeHttp(bytes, start, end) ? incomplete : malformed
    if (!startsLikeHttp(bytes, start, start + 7) || bytes[start + 8] !== space) return malformed
    this.status = statusCode(bytes, start + 9)
    this.contentLength = noLength
    this.chunked = false
    this.untilClose = false
    this.keepAlive = bytes[start + 7] !== 48
    this.retryAfter = undefined
    let at = lineEnd(bytes, start + 12, end)
    if (at < 0) return at
    if (this.status < 100) return malformed
    while (at < end) {
      if (bytes[at] === carriageReturn) {
        if (at + 1 >= end) return incomplete
        return bytes[at + 1] === lineFeed ? at + 2 : malformed
      }
      at = this.#header(bytes, at, end)
      if (at < 0) return at
    }
    return incomplete
  }

  /** One header line from `start`; returns the offset of the next line, `incomplete` or `malformed`. */
  #header(bytes: Buffer, start: number, end: number): number {
    let nameEnd = start
    for (; ; nameEnd++) {
      if (nameEnd >= end) return incomplete
      const byte = bytes[nameEnd]
      if (byte === colon) break
      if (byte === lineFeed) return malformed
    }
    const next = lineEnd(bytes, nameEnd + 1, end)
    if (next < 0) return next
    // The lengths alone rule out nearly all headers; only then are names compared.
    switch (nameEnd - start) {
      case 10:
        if (isName(bytes, start, 'connection')) this.#connection(value(bytes, nameEnd + 1, next - 2))
        break
      case 11:
        if (isName(bytes, start, 'retry-after')) this.retryAfter = value(bytes, nameEnd + 1, next - 2)
        break
      case 14:
        if (isName(bytes, start, 'content-length')) return this.#length(bytes, nameEnd + 1, next)
        break
      case 17:
        if (isName(bytes, start, 'transfer-encoding')) this.#coding(value(bytes, nameEnd + 1, next - 2))
        break
    }
    return next
  }

  #connection(tokens: string): void {
    if (tokens === 'keep-alive') this.keepAlive = true
    else if (/(^|[\s,])close($|[\s,])/i.test(tokens)) this.keepAlive = false
    else if (/(^|[\s,])keep-alive($|[\s,])/i.test(tokens)) this.keepAlive = true
  }

  #coding(codings: string): void {
    this.chunked = /(^|[\s,])chunked$/i.test(codings)
    this.untilClose = !this.chunked
  }

  #length(bytes: Buffer, start: number, next: number): number {
    const text = value(bytes, start, next - 2)
    const length = /^\d{1,15}$/.test(text) ? Number(text) : noLength
    const contradicts = this.contentLength !== noLength && this.contentLength !== length
    if (length === noLength || contradicts) return malformed
    this.contentLength = length
    return next
  }
}

export const incomplete = -1
export const malformed = -2

/** Offset behind the CRLF that ends the line around `at`, `incomplete` or `malformed` (a bare line feed). */
function lineEnd(bytes: Buffer, at: number, end: number): number {
  for (let i = at; i < end; i++) {
    if (bytes[i] === lineFeed) return bytes[i - 1] === carriageReturn ? i + 1 : malformed
  }
  return incomplete
}

const prefix = Buffer.from('HTTP/1.')

function startsLikeHttp(bytes: Buffer, start: number, end: number): boolean {
  for (let i = 0; i < prefix.length && start + i < end; i++) {
    if (bytes[start + i] !== prefix[i]) return false
  }
  return true
}

function statusCode(bytes: Buffer, at: number): number {
  const hundreds = (bytes[at] as number) - 48
  const tens = (bytes[at + 1] as number) - 48
  const ones = (bytes[at + 2] as number) - 48
  const digits = hundreds >= 0 && hundreds <= 9 && tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9
  return digits ? hundreds * 100 + tens * 10 + ones : 0
}

function isName(bytes: Buffer, start: number, lowerCaseName: string): boolean {
  for (let i = 0; i < lowerCaseName.length; i++) {
    if (((bytes[start + i] as number) | 32) !== lowerCaseName.charCodeAt(i)) return false
  }
  return true
}

function value(bytes: Buffer, start: number, end: number): string {
  let from = start
  let to = end
  while (from < to && (bytes[from] === space || bytes[from] === tab)) from++
  while (to > from && (bytes[to - 1] === space || bytes[to - 1] === tab)) to--
  return bytes.toString('latin1', from, to)
}
