import { connect, type Socket } from 'node:net'
import type { Connection, ConnectionOwner } from './connection.ts'
import { progress, ResponseParser } from './response-parser.ts'
import type { WorkloadRequest } from './types.ts'

/** What all raw connections of a worker share. */
export interface RawTarget {
  host: string
  port: number
  /** Put in front of every path; empty or starting with a slash, never ending in one. */
  pathPrefix: string
  /** The end of every request line and the Host header. */
  afterPath: string
  /** One buffer for all sockets of a thread: Node calls back before the next read reuses it. */
  readBuffer: Buffer
}

const readBufferBytes = 65_536

/** The shared part of raw connections to `target` (http only). Throws TypeError for any other scheme. */
export function rawTarget(target: string): RawTarget {
  const url = new URL(target)
  if (url.protocol !== 'http:') throw new TypeError(`the raw engine speaks http only, not ${url.protocol}`)
  return {
    // URL keeps the brackets of an IPv6 address, connect() wants none.
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: Number(url.port || 80),
    pathPrefix: url.pathname.replace(/\/$/, ''),
    afterPath: ` HTTP/1.1\r\nHost: ${url.host}\r\n`,
    readBuffer: Buffer.allocUnsafeSlow(readBufferBytes),
  }
}

/** A keep-alive connection written on a bare socket: about a quarter of the CPU time of an HTTP library. */
export class RawConnection implements Connection {
  usable = false
  #target: RawTarget
  #owner: ConnectionOwner
  #parser = new ResponseParser()
  #socket: Socket | undefined
  #inFlight = false

  constructor(target: RawTarget, owner: ConnectionOwner) {
    this.#target = target
    this.#owner = owner
  }

  open(): void {
    this.close()
    const { host, port, readBuffer } = this.#target
    let failure: string | undefined
    const socket: Socket = connect({
      host,
      port,
      noDelay: true,
      onread: {
        buffer: readBuffer,
        callback: (length) => {
          if (this.#socket === socket) this.#read(length)
          return true
        },
      },
    })
    this.#socket = socket
    socket.on('connect', () => {
      if (this.#socket !== socket) return
      this.usable = true
      this.#owner.opened()
    })
    socket.on('error', (error: NodeJS.ErrnoException) => {
      failure = error.code ?? error.message
    })
    socket.on('end', () => this.#lost(socket, 'closed'))
    socket.on('close', () => this.#lost(socket, failure ?? 'closed'))
  }

  send(request: WorkloadRequest, wantsBody: boolean): void {
    const { method, path, headers = '', body } = request
    const { pathPrefix, afterPath } = this.#target
    const socket = this.#socket as Socket
    this.#inFlight = true
    this.#parser.begin(wantsBody, method === 'HEAD')
    const start = `${method} ${pathPrefix}${path}${afterPath}${headers}`
    if (body === undefined) {
      const empty = method === 'GET' || method === 'HEAD' || method === 'DELETE'
      socket.write(empty ? `${start}\r\n` : `${start}Content-Length: 0\r\n\r\n`, 'latin1')
      return
    }
    if (typeof body !== 'string') {
      socket.cork()
      socket.write(`${start}Content-Length: ${body.length}\r\n\r\n`, 'latin1')
      socket.write(body)
      socket.uncork()
      return
    }
    const bodyBytes = Buffer.byteLength(body)
    // Only ASCII takes as many bytes as characters, and one-byte strings are cheaper to write.
    const encoding = bodyBytes === body.length ? 'latin1' : 'utf8'
    socket.write(`${start}Content-Length: ${bodyBytes}\r\n\r\n${body}`, encoding)
  }

  close(): void {
    const socket = this.#socket
    this.#socket = undefined
    this.usable = false
    this.#inFlight = false
    socket?.destroy()
  }

  #read(length: number): void {
    if (!this.#inFlight) {
      // Bytes without a request, such as a 408 for an idle connection: the next request needs a new one.
      this.close()
      return
    }
    const result = this.#parser.consume(this.#target.readBuffer, length)
    if (result === progress.complete) this.#answered()
    else if (result === progress.malformed) this.#broke('malformed')
  }

  #answered(): void {
    this.#inFlight = false
    if (!this.#parser.reusable) this.close()
    this.#owner.answered(this.#parser)
  }

  #broke(reason: string): void {
    this.close()
    this.#owner.broke(reason)
  }

  #lost(socket: Socket, reason: string): void {
    if (this.#socket !== socket) return
    if (!this.usable) {
      this.close()
      this.#owner.openFailed(reason)
    } else if (!this.#inFlight) this.close()
    else if (this.#parser.endOfInput() === progress.complete) this.#answered()
    else this.#broke(reason)
  }
}
