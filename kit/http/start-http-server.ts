import { createServer, type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from 'node:http'
import { type AddressInfo, Server as NetServer, type Socket } from 'node:net'
import { HttpError, type RenderError, renderProblem } from './http-error.ts'

export interface HttpServerOptions {
  handler: (request: IncomingMessage, response: ServerResponse) => void
  host: string
  port: number
  reusePort?: boolean
  maxConnections?: number
  renderError?: RenderError
}

export interface HttpServer {
  port: number
  /**
   * Stops without failing a request: the port is closed, every further answer says `Connection: close`, and a
   * connection is ended only after an answer or when it stays idle for `idleGraceMs`.
   */
  drain(idleGraceMs?: number): Promise<void>
}

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
  const unanswered = new Set<ServerResponse>()
  let draining = false

  const server = createServer(
    {
      keepAliveTimeout: 75_000,
      headersTimeout: 10_000,
      requestTimeout: 30_000,
      connectionsCheckingInterval: 2_000,
      maxHeaderSize: 16_384,
      noDelay: true,
    },
    (request, response) => {
      if (draining) response.shouldKeepAlive = false
      unanswered.add(response)
      response.on('close', () => unanswered.delete(response))
      options.handler(request, response)
    },
  )
  server.maxConnections = options.maxConnections ?? 20_000
  server.maxHeadersCount = 200
  server.on('clientError', (error: NodeJS.ErrnoException, socket) =>
    answerClientError(error, socket as Socket, renderError),
  )
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
      return closeGently(server, idleGraceMs)
    },
  }
}

/**
 * `http.Server.close` ends idle keep-alive connections at once, which races with a request that is already on
 * its way; `net.Server.close` only closes the port.
 */
function closeGently(server: Server, idleGraceMs: number): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    NetServer.prototype.close.call(server, () => resolve())
  })
  const closeIdle = setInterval(() => server.closeIdleConnections(), idleGraceMs)
  return closed.finally(() => {
    clearInterval(closeIdle)
    // Ends the check of connection time-outs, which http.Server.close would have ended.
    server.close()
  })
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
