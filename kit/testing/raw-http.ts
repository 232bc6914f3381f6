import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

export interface RawAnswer {
  status: number
  headers: Record<string, string>
  body: string
}

/** A connection on which a test says exactly which bytes are sent. */
export interface RawConnection extends Disposable {
  socket: Socket
  send(bytes: string | Buffer): void
  /** The next final answer (1xx are passed over), or `closed` when the server ends the connection first. */
  answer(options?: { head: boolean }): Promise<RawAnswer | 'closed'>
  closed: Promise<void>
}

/** Opens a connection to a port of this machine. */
export async function openRaw(port: number): Promise<RawConnection> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true, noDelay: true })
  let received = Buffer.alloc(0)
  let ended = false
  let wake = Promise.withResolvers<void>()
  const signal = () => {
    wake.resolve()
    wake = Promise.withResolvers()
  }
  const finished = Promise.withResolvers<void>()
  const end = () => {
    ended = true
    finished.resolve()
    signal()
  }
  socket.on('data', (chunk) => {
    received = Buffer.concat([received, chunk])
    signal()
  })
  // A reset after the answer is a way of ending, too.
  socket.on('error', end)
  socket.on('end', end)
  socket.on('close', end)
  await once(socket, 'connect')

  function takeAnswer(isHead: boolean): RawAnswer | undefined {
    const headEnd = received.indexOf('\r\n\r\n')
    if (headEnd < 0) return undefined
    const [statusLine = '', ...lines] = received.subarray(0, headEnd).toString('latin1').split('\r\n')
    const status = Number(statusLine.split(' ')[1])
    const headers = Object.fromEntries(
      lines.map((line) => [
        line.slice(0, line.indexOf(':')).toLowerCase(),
        line.slice(line.indexOf(':') + 2),
      ]),
    )
    const length = isHead || status < 200 ? 0 : Number(headers['content-length'] ?? 0)
    if (received.length < headEnd + 4 + length) return undefined
    const body = received.subarray(headEnd + 4, headEnd + 4 + length).toString('utf8')
    received = received.subarray(headEnd + 4 + length)
    return status < 200 ? takeAnswer(isHead) : { status, headers, body }
  }

  return {
    socket,
    send: (bytes) => {
      if (!socket.destroyed) socket.write(bytes)
    },
    async answer(options = { head: false }) {
      while (true) {
        const answer = takeAnswer(options.head)
        if (answer) return answer
        if (ended) return 'closed'
        await wake.promise
      }
    },
    closed: finished.promise,
    [Symbol.dispose]: () => socket.destroy(),
  }
}

/** Sends bytes on a connection of their own. @returns the first answer */
export async function exchange(
  port: number,
  bytes: string | Buffer,
  options?: { head: boolean },
): Promise<RawAnswer | 'closed'> {
  using connection = await openRaw(port)
  connection.send(bytes)
  return await connection.answer(options)
}
