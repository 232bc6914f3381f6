import { createServer, type Socket } from 'node:net'
import { parseArgs } from 'node:util'

/*
 * A minimal keep-alive responder in a process of its own: answers every request with the same small JSON after
 * `--delay` ms, so that the client and not the server is what a comparison measures. With `--stall` it blocks
 * its whole process for `--stall` ms every `--every` ms, like a very long garbage collection, and notes when it
 * read and answered which request: the truth of the stall test. Forked; tells its parent the port, and on the
 * message 'log' what it noted. No bodies and no pipelining.
 */

/** What the responder noted; all times in milliseconds since 1970. */
export interface ResponderLog {
  /** Number of the request (the digits in /r/…), read, answered. */
  answers: [number, number, number][]
  /** Beginning and end of each stall. */
  stalls: [number, number][]
}

const { values } = parseArgs({
  options: {
    delay: { type: 'string', default: '0' },
    stall: { type: 'string', default: '0' },
    every: { type: 'string', default: '2300' },
  },
})
const delayMs = Number(values.delay)
const stallMs = Number(values.stall)

const seasons = Array.from({ length: 7 }, (_, i) => ({ seasonID: `${2018 + i}`, totalVert: 10_000 + i }))
const body = JSON.stringify({ resorts: seasons })
const head = `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n`
const response = Buffer.from(
  `${head}Date: Sat, 21 Nov 2026 12:00:00 GMT\r\nConnection: keep-alive\r\n\r\n${body}`,
)
const log: ResponderLog = { answers: [], stalls: [] }
const epochMs = () => performance.timeOrigin + performance.now()

function answer(socket: Socket, request: Buffer): void {
  if (stallMs > 0) {
    const readMs = epochMs()
    const number = Number(/\/r\/(\d+)/.exec(request.toString('latin1', 0, 40))?.[1])
    setTimeout(() => {
      socket.write(response)
      log.answers.push([number, readMs, epochMs()])
    }, delayMs)
  } else if (delayMs > 0) setTimeout(() => socket.write(response), delayMs)
  else socket.write(response)
}

function stall(): void {
  const fromMs = epochMs()
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, stallMs)
  log.stalls.push([fromMs, epochMs()])
}

const server = createServer({ noDelay: true }, (socket) => {
  socket.on('error', () => socket.destroy())
  // A head of these clients fits into one segment, so a read is a request.
  socket.on('data', (request) => answer(socket, request))
})
server.listen({ host: '127.0.0.1', port: 0, backlog: 4096 }, () => {
  const address = server.address()
  if (address !== null && typeof address === 'object') process.send?.({ port: address.port })
})
if (stallMs > 0) setInterval(stall, Number(values.every))
process.on('message', () => process.send?.(log))
process.on('disconnect', () => process.exit(0))
