import type { IncomingHttpHeaders } from 'node:http'
import type { Socket } from 'node:net'
import { buildConnector, Client, type Dispatcher } from 'undici'
import type { Answer, Connection, ConnectionOwner } from './connection.ts'
import type { WorkloadRequest } from './types.ts'

/** Undici closes idle sockets after 4 s by default, which would show up as reconnects. */
const keepIdleMs = 3_600_000

const openSocket = buildConnector({ timeout: 0, keepAlive: false, allowH2: false })

/**
 * The same keep-alive connection on undici: slower, but independent of our own parser and able to speak TLS.
 * The socket is opened by us and handed to a client of its own, so that opening a connection and sending a
 * request stay two things, exactly as on the raw engine.
 */
export class UndiciConnection implements Connection {
  usable = false
  #target: URL
  #pathPrefix: string
  #owner: ConnectionOwner
  #client: Client | undefined
  /** Open, but not yet asked for by the client, which does so with its first request. */
  #unused: Socket | undefined

  constructor(target: string, owner: ConnectionOwner) {
    this.#target = new URL(target)
    this.#pathPrefix = this.#target.pathname.replace(/\/$/, '')
    this.#owner = owner
  }

  open(): void {
    this.close()
    const { hostname, host, protocol, port, origin } = this.#target
    const client = new Client(origin, {
      pipelining: 1,
      headersTimeout: 0,
      bodyTimeout: 0,
      keepAliveTimeout: keepIdleMs,
      keepAliveMaxTimeout: keepIdleMs,
      connect: (_options, callback) => {
        const socket = this.#unused
        this.#unused = undefined
        // Not at once: undici calls from inside its queue and would overlook a connection that is there already.
        queueMicrotask(() => {
          if (socket === undefined) callback(new Error('closed'), null)
          else callback(null, socket)
        })
      },
    })
    this.#client = client
    openSocket({ hostname: hostname.replace(/^\[|\]$/g, ''), host, protocol, port }, (error, socket) => {
      if (this.#client !== client) {
        socket?.destroy()
        return
      }
      if (error !== null) {
        this.close()
        this.#owner.openFailed(errorCode(error))
        return
      }
      this.#unused = socket
      this.usable = true
      socket.on('error', () => {})
      socket.on('close', () => {
        if (this.#client === client) this.usable = false
      })
      this.#owner.opened()
    })
  }

  send(request: WorkloadRequest, wantsBody: boolean): void {
    const client = this.#client as Client
    client.dispatch(
      {
        method: request.method as Dispatcher.HttpMethod,
        path: this.#pathPrefix + request.path,
        headers: headerPairs(request.headers),
        body: request.body ?? null,
      },
      new ExchangeHandler(wantsBody, {
        keptAlive: (keptAlive) => {
          if (!keptAlive && this.#client === client) this.usable = false
        },
        answered: (answer) => {
          if (this.#client === client) this.#owner.answered(answer)
        },
        broke: (reason) => {
          if (this.#client !== client) return
          this.close()
          this.#owner.broke(reason)
        },
      }),
    )
  }

  close(): void {
    const client = this.#client
    this.#client = undefined
    this.usable = false
    this.#unused?.destroy()
    this.#unused = undefined
    client?.destroy(new Error('closed by the load engine'), () => {})
  }
}

interface ExchangeEvents {
  keptAlive(keptAlive: boolean): void
  answered(answer: Answer): void
  broke(reason: string): void
}

class ExchangeHandler implements Dispatcher.DispatchHandler, Answer {
  status = 0
  body: Buffer | undefined
  retryAfter: string | undefined
  #parts: Buffer[] | undefined
  #events: ExchangeEvents

  constructor(wantsBody: boolean, events: ExchangeEvents) {
    this.#parts = wantsBody ? [] : undefined
    this.#events = events
  }

  onRequestStart(): void {}

  onResponseStart(_: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders): void {
    if (status < 200) return
    this.status = status
    this.retryAfter = headers['retry-after']
    this.#events.keptAlive(!/\bclose\b/i.test(String(headers.connection ?? '')))
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#parts?.push(Buffer.from(chunk))
  }

  onResponseEnd(): void {
    if (this.#parts !== undefined) this.body = Buffer.concat(this.#parts)
    this.#events.answered(this)
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    this.#events.broke(errorCode(error))
  }
}

/** Undici puts a name of its own in front of a closed socket; both engines speak of 'closed'. */
function errorCode(error: NodeJS.ErrnoException): string {
  if (error.code === 'UND_ERR_SOCKET') return 'closed'
  if (error.code?.startsWith('HPE_') || error.name === 'HTTPParserError') return 'malformed'
  return error.code ?? error.message
}

/** `'A: 1\r\nB: 2\r\n'` as the flat name-value list undici takes. */
function headerPairs(lines: string | undefined): string[] {
  const pairs: string[] = []
  for (const line of (lines ?? '').split('\r\n')) {
    const at = line.indexOf(':')
    if (at > 0) pairs.push(line.slice(0, at).trim(), line.slice(at + 1).trim())
  }
  return pairs
}
