import { createServer, type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from 'node:http'
import { type AddressInfo, Server as NetServer, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { HttpError, type RenderError, renderProblem } from './http-error.ts'

export interface HttpServerOptions {
  handler: (request: IncomingMessage, response: ServerResponse) => void
  host: string
  port: number
  reusePort?: boolean
  maxConnections?: number
  /** How long a request may take to arrive: its head, and all of it (ms). */
  arrival?: { headMs: number; wholeMs: number }
  renderError?: RenderError
  /**
   * Takes over connections whose client asks for another protocol; without it they are served as HTTP. Whoever
   * takes them ends them, before or while the server drains.
   */
  upgrade?: (request: IncomingMessage, socket: Duplex, head: Buffer) => void
}

export interface HttpServer {
  port: number
  /**
   * Stops without failing a request: the port is closed, every further answer says `Connection: close`, and a
   * connection is ended only after an answer or when it stays idle for `idleGraceMs`.
   */
  drain(idleGraceMs?: number): Promise<void>
}

const maxHeaders = 200

/**
 * An HTTP server with the bounds that a public interface needs.
 *
 * Keep-alive is 75 s, longer than the idle time-out of load balancers (60 s), or they would reuse a connection
 * that this side is just closing.
 *
 * @throws Error EADDRINUSE and the like
 */
export async function startHttpServer(options: HttpServerOptions): Promise<HttpServer> {
  const renderError = options.renderError ?? renderProblem
  const { headMs, wholeMs } = options.arrival ?? { headMs: 10_000, wholeMs: 30_000 }
  const unanswered = new Set<ServerResponse>()
  const sockets = new Set<Socket>()
  let draining = false

  const onRequest = (request: IncomingMessage, response: ServerResponse): void => {
    if (draining) response.shouldKeepAlive = false
    const fault = findHeadFault(request)
    if (fault) return answerHeadFault(response, fault, renderError)
    unanswered.add(response)
    response.on('close', () => unanswered.delete(response))
    options.handler(request, response)
  }
  const server = createServer(
    {
      keepAliveTimeout: 75_000,
      headersTimeout: headMs,
      requestTimeout: wholeMs,
      connectionsCheckingInterval: Math.min(2_000, headMs / 5),
      maxHeaderSize: 16_384,
      noDelay: true,
      // Node's own answer to a missing Host has no body; findHeadFault sees to it.
      requireHostHeader: false,
    },
    onRequest,
  )
  // An expectation other than 100-continue may be passed over (RFC 9110, 10.1.1); Node's own 417 has no body.
  server.on('checkExpectation', onRequest)
  if (options.upgrade) server.on('upgrade', options.upgrade)
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  server.maxConnections = options.maxConnections ?? 20_000
  server.maxHeadersCount = maxHeaders
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    const answer = () => answerClientError(error, socket as Socket, renderError)
    // What came before on this connection is answered before, or the client would take this for its answer.
    const before = [...unanswered].findLast(({ req }) => req.socket === socket && req.complete)
    if (before) before.once('close', answer)
    else answer()
  })
  server.listen({
    port: options.port,
    host: options.host,
    backlog: 4_096,
    reusePort: options.reusePort ?? false,
  })
  await new Promise<void>((resolve, reject) => {
    server.once('listening', resolve)
    server.once('error', reject)
  })
  return {
    port: (server.address() as AddressInfo).port,
    drain(idleGraceMs = 1_000) {
      draining = true
      for (const response of unanswered) if (!response.headersSent) response.shouldKeepAlive = false
      return closeGently(server, sockets, idleGraceMs)
    },
  }
}

/**
 * `http.Server.close` ends idle keep-alive connections at once, which races with a request that is already on
 * its way; `net.Server.close` only closes the port.
 */
function closeGently(server: Server, sockets: ReadonlySet<Socket>, idleGraceMs: number): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    NetServer.prototype.close.call(server, () => resolve())
  })
  const closeIdle = setInterval(() => {
    server.closeIdleConnections()
    // A connection that never sent anything counts as a request on its way, and not as idle.
    for (const socket of sockets) if (socket.bytesRead === 0) socket.destroy()
  }, idleGraceMs)
  return closed.finally(() => {
    clearInterval(closeIdle)
    // Ends the check of connection time-outs, which http.Server.close would have ended.
    server.close()
  })
}

/** What is wrong with a head that the parser lets pass. */
function findHeadFault({ httpVersion, headers, rawHeaders }: IncomingMessage): HttpError | undefined {
  if (httpVersion !== '1.1' && httpVersion !== '1.0')
    return new HttpError('malformed_request', 'the version of HTTP is not supported')
  if (httpVersion === '1.1' && headers.host === undefined)
    return new HttpError('malformed_request', 'the header Host is missing')
  // Node drops the headers above its limit in silence, and one of them may have been the Idempotency-Key.
  if (rawHeaders.length >= 2 * maxHeaders) return new HttpError('header_too_large', 'too many headers')
  return undefined
}

function answerHeadFault(response: ServerResponse, error: HttpError, renderError: RenderError): void {
  const { contentType, body } = renderError(error)
  response.writeHead(error.status, {
    'Content-Type': contentType,
    'Content-Length': Buffer.byteLength(body),
    Connection: 'close',
  })
  response.end(body)
}

const parserErrors: Record<string, ConstructorParameters<typeof HttpError>> = {
  HPE_HEADER_OVERFLOW: ['header_too_large', 'the request head is too large'],
  HPE_CHUNK_EXTENSIONS_OVERFLOW: ['payload_too_large', 'chunk extensions are too large'],
  ERR_HTTP_REQUEST_TIMEOUT: ['request_timeout', 'the request took too long to arrive'],
}

/** What the HTTP parser refuses never becomes a request; it is answered here, in the same shape as all errors. */
function answerClientError(error: NodeJS.ErrnoException, socket: Socket, renderError: RenderError): void {
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy()
    return
  }
  const [code, message] = parserErrors[error.code ?? ''] ?? ['malformed_request', 'not a valid HTTP request']
  const httpError = new HttpError(code, message)
  const { contentType, body } = renderError(httpError)
  socket.end(
    `HTTP/1.1 ${httpError.status} ${STATUS_CODES[httpError.status]}\r\nConnection: close\r\n` +
      `Content-Type: ${contentType}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  )
}
