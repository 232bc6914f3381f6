import type { Duplex } from 'node:stream'
import { StringDecoder } from 'node:string_decoder'

/** Longest line taken; a peer that sends more is not one of ours (bytes). */
const longestLine = 4 * 1_024 * 1_024

/** Name of the protocol in the HTTP upgrade. */
export const lineProtocol = 'chairlift-lines'

export interface LineEvents {
  message(value: unknown): void
  closed(reason: string): void
}

/**
 * JSON values, one a line, over a connection between two processes of the store. What is sent in one turn of the
 * event loop leaves in one write; both sides receive in the order of sending, which the cache relies on.
 */
export class LineSocket {
  readonly #socket: Duplex
  readonly #events: LineEvents
  #outgoing = ''
  #incoming = ''
  #closed = false

  constructor(socket: Duplex, events: LineEvents, head?: Buffer) {
    this.#socket = socket
    this.#events = events
    if (head && head.length > 0) socket.unshift(head)
    // Not setEncoding, which sockets of an HTTP server refuse.
    const decoder = new StringDecoder('utf8')
    socket.on('data', (chunk: Buffer) => this.#onData(decoder.write(chunk)))
    socket.on('error', (error) => this.close(error.message))
    socket.on('close', () => this.close('closed by the other side'))
    socket.on('end', () => this.close('closed by the other side'))
  }

  send(value: unknown): void {
    if (this.#closed) return
    if (this.#outgoing === '') setImmediate(() => this.#flush())
    this.#outgoing += `${JSON.stringify(value)}\n`
  }

  close(reason: string): void {
    if (this.#closed) return
    this.#closed = true
    this.#socket.destroy()
    this.#events.closed(reason)
  }

  #flush(): void {
    const text = this.#outgoing
    this.#outgoing = ''
    if (this.#closed) return
    // A peer that reads nothing must not fill this process's memory.
    if (this.#socket.writableLength > longestLine) return this.close('the other side does not read')
    this.#socket.write(text)
  }

  #onData(chunk: string): void {
    const lines = (this.#incoming + chunk).split('\n')
    this.#incoming = lines.pop() as string
    if (this.#incoming.length > longestLine) return this.close('a line is too long')
    for (const line of lines) {
      if (this.#closed) return
      let value: unknown
      try {
        value = JSON.parse(line)
      } catch {
        return this.close('not a line of JSON')
      }
      this.#events.message(value)
    }
  }
}
