import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { LineSocket, lineProtocol } from './line-socket.ts'
import { beatMs } from './peer.ts'

/** One connection of another process. */
export interface LineSession {
  send(message: object): void
}

export interface LineHandler {
  opened(session: LineSession): void
  /** A request, or a message without `id`. @returns the answer's fields; an error becomes its `error` */
  message(session: LineSession, message: Record<string, unknown>): Promise<object> | object | undefined
  closed(session: LineSession): void
  /** Sent to everybody regularly as the sign of life. */
  beat(): object
}

export interface LineServer {
  /** For the HTTP server's `upgrade`. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void
  /** Sends the beat now, because what it says has changed. */
  beat(): void
  close(): void
}

/** Serves the other processes of the store on the HTTP port, after an upgrade. */
export function serveLines(handler: LineHandler): LineServer {
  const sessions = new Map<LineSession, LineSocket>()
  const beat = () => {
    for (const session of sessions.keys()) session.send(handler.beat())
  }
  const timer = setInterval(beat, beatMs)

  return {
    upgrade(request, socket, head) {
      if (request.headers.upgrade?.toLowerCase() !== lineProtocol) {
        socket.end('HTTP/1.1 426 Upgrade Required\r\nConnection: close\r\nContent-Length: 0\r\n\r\n')
        return
      }
      ;(socket as Socket).setNoDelay(true)
      ;(socket as Socket).setTimeout(0)
      socket.write(
        `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: ${lineProtocol}\r\n\r\n`,
      )
      const lines = new LineSocket(
        socket,
        {
          message: (message) => void answer(handler, session, message as Record<string, unknown>),
          closed: () => {
            sessions.delete(session)
            handler.closed(session)
          },
        },
        head,
      )
      const session: LineSession = { send: (message) => lines.send(message) }
      sessions.set(session, lines)
      session.send(handler.beat())
      handler.opened(session)
    },
    beat,
    close() {
      clearInterval(timer)
      for (const lines of sessions.values()) lines.close('stopping')
    },
  }
}

async function answer(
  handler: LineHandler,
  session: LineSession,
  message: Record<string, unknown>,
): Promise<void> {
  const id = message?.['id']
  try {
    const fields = await handler.message(session, message)
    if (id !== undefined) session.send({ id, ...fields })
  } catch (error) {
    const { message: reason, outcomeUnknown = true } = error as Error & { outcomeUnknown?: boolean }
    session.send({ id, error: reason, outcomeUnknown })
  }
}
