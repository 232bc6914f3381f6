import { ChunkedDecoder } from './chunked-decoder.ts'
import type { Answer } from './connection.ts'
import { incomplete, malformed, noLength, ResponseHead } from './response-head.ts'

/** What `consume` came to. */
export const progress = { needsMore: 0, complete: 1, malformed: 2 } as const
export type Progress = (typeof progress)[keyof typeof progress]

const maxHeadBytes = 65_536
const phase = { head: 0, fixed: 1, chunked: 2, untilClose: 3, over: 4 } as const
const noRemainder = Buffer.alloc(0)

/**
 * Reads the HTTP/1.1 responses of one connection (RFC 9112), one after the other, from a read buffer that is
 * shared with other connections: whatever must outlive a `consume` call is copied. Interim 1xx responses are
 * skipped. After `complete`, the fields hold the response until the next `begin`.
 */
export class ResponseParser implements Answer {
  body: Buffer | undefined
  /** The connection may carry another request after this response. */
  reusable = true
  #phase: number = phase.over
  #head = new ResponseHead()
  #remainder = noRemainder
  #bytesLeft = 0
  #chunked: ChunkedDecoder | undefined
  #parts: Buffer[] | undefined
  #bodyless = false

  get status(): number {
    return this.#head.status
  }

  get retryAfter(): string | undefined {
    return this.#head.retryAfter
  }

  /** Expects the next response; `bodyless` for the answer to HEAD, which has headers of a body only. */
  begin(wantsBody: boolean, bodyless: boolean): void {
    this.#phase = phase.head
    this.#remainder = noRemainder
    this.#parts = wantsBody ? [] : undefined
    this.#bodyless = bodyless
    this.body = undefined
    this.reusable = true
  }

  /** Takes the first `length` bytes of `bytes`. Not to be called again after `complete` or `malformed`. */
  consume(bytes: Buffer, length: number): Progress {
    let at = 0
    if (this.#phase === phase.head) {
      let source = bytes
      let end = length
      if (this.#remainder.length > 0) {
        source = Buffer.concat([this.#remainder, bytes.subarray(0, length)])
        end = source.length
        this.#remainder = noRemainder
      }
      at = this.#readHeads(source, end)
      if (at === malformed) return progress.malformed
      if (at === incomplete) return progress.needsMore
      if (source !== bytes) at -= end - length
    }
    return this.#readBody(bytes, at, length)
  }

  /** The server closed the connection: completes a body that ends that way. */
  endOfInput(): Progress {
    return this.#phase === phase.untilClose ? this.#complete() : progress.malformed
  }

  /** Reads heads up to the first that is not interim; returns the offset of its body. */
  #readHeads(source: Buffer, end: number): number {
    let at = 0
    for (;;) {
      const next = this.#head.parse(source, at, end)
      if (next === incomplete) {
        if (end - at > maxHeadBytes) return malformed
        this.#remainder = Buffer.from(source.subarray(at, end))
      }
      if (next < 0) return next
      at = next
      // 101 would change the protocol, which nobody asked for.
      if (this.#head.status === 101) return malformed
      if (this.#head.status >= 200) return this.#startBody() ? at : malformed
    }
  }

  /** Chooses how the body ends (RFC 9112 §6.3); false when the headers contradict each other. */
  #startBody(): boolean {
    const head = this.#head
    this.reusable = head.keepAlive
    this.#bytesLeft = 0
    this.#phase = phase.fixed
    if (this.#bodyless || head.status === 204 || head.status === 304) return true
    if (head.chunked) {
      this.#phase = phase.chunked
      this.#chunked ??= new ChunkedDecoder()
      this.#chunked.reset()
      return head.contentLength === noLength
    }
    if (head.untilClose || head.contentLength === noLength) {
      this.#phase = phase.untilClose
      this.reusable = false
    } else this.#bytesLeft = head.contentLength
    return true
  }

  #readBody(bytes: Buffer, start: number, end: number): Progress {
    let at = start
    if (this.#phase === phase.fixed) {
      const take = Math.min(this.#bytesLeft, end - start)
      if (take > 0) this.#parts?.push(Buffer.from(bytes.subarray(start, start + take)))
      this.#bytesLeft -= take
      at += take
      if (this.#bytesLeft > 0) return progress.needsMore
    } else if (this.#phase === phase.chunked) {
      const decoder = this.#chunked as ChunkedDecoder
      at = decoder.consume(bytes, start, end, this.#parts)
      if (at < 0) return progress.malformed
      if (!decoder.done) return progress.needsMore
    } else {
      if (end > start) this.#parts?.push(Buffer.from(bytes.subarray(start, end)))
      return progress.needsMore
    }
    // Bytes nobody asked for: what follows can no longer be told apart, so this connection is not used again.
    if (at < end) this.reusable = false
    return this.#complete()
  }

  #complete(): Progress {
    this.#phase = phase.over
    if (this.#parts !== undefined) {
      this.body = this.#parts.length === 1 ? this.#parts[0] : Buffer.concat(this.#parts)
    }
    return progress.complete
  }
}
