import assert from 'node:assert/strict'
import { once } from 'node:events'
import { request as httpRequest } from 'node:http'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { after, test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import fc from 'fast-check'
import type { Answer, Connection, ConnectionOwner } from './connection.ts'
import { RawConnection, rawTarget } from './raw-connection.ts'
import {
  cuts,
  fragments,
  malformedResponses,
  type ScriptedResponse,
  scriptedResponse,
} from './testing/scripted-response.ts'
import type { WorkloadRequest } from './types.ts'
import { UndiciConnection } from './undici-connection.ts'

/** What a client saw: the answer, or 'failed'. */
type Seen = { status: number; body: string; retryAfter: string | undefined } | 'failed'

let script: { parts: Buffer[]; thenClose: boolean } = { parts: [], thenClose: false }
let received = Buffer.alloc(0)
const server: Server = createServer({ noDelay: true }, (socket) => void serve(socket))
server.listen(0, '127.0.0.1')
await once(server, 'listening')
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
after(() => server.close())

async function serve(socket: Socket): Promise<void> {
  socket.on('error', () => {})
  let request = Buffer.alloc(0)
  for await (const part of socket as AsyncIterable<Buffer>) {
    request = Buffer.concat([request, part])
    const endOfHead = request.indexOf('\r\n\r\n')
    const length = Number(/content-length: (\d+)/i.exec(request.toString('latin1'))?.[1] ?? 0)
    if (endOfHead < 0 || request.length < endOfHead + 4 + length) continue
    received = request
    request = Buffer.alloc(0)
    for (const piece of script.parts) {
      socket.write(piece)
      await setImmediate()
    }
    if (script.thenClose) socket.end()
  }
}

/** An owner that turns the callbacks into promises. */
class Exchange implements ConnectionOwner {
  readonly open = Promise.withResolvers<void>()
  answer = Promise.withResolvers<Seen>()

  opened(): void {
    this.open.resolve()
  }

  openFailed(reason: string): void {
    this.open.reject(new Error(reason))
  }

  answered({ status, body, retryAfter }: Answer): void {
    this.answer.resolve({ status, body: String(body), retryAfter })
  }

  broke(): void {
    this.answer.resolve('failed')
  }
}

const engines: Record<string, (owner: ConnectionOwner) => Connection> = {
  raw: (owner) => new RawConnection(rawTarget(url), owner),
  undici: (owner) => new UndiciConnection(url, owner),
}

async function through(engine: string, request: WorkloadRequest): Promise<{ seen: Seen; usable: boolean }> {
  const owner = new Exchange()
  const connection = (engines[engine] as (typeof engines)[string])(owner)
  connection.open()
  await owner.open.promise
  connection.send(request, true)
  const seen = await owner.answer.promise
  const { usable } = connection
  connection.close()
  return { seen, usable }
}

function throughNodeHttp(): Promise<Seen> {
  return new Promise((resolve) => {
    const request = httpRequest(url, { agent: false }, (response) => {
      buffer(response).then(
        (body) => {
          const { statusCode = 0, headers } = response
          resolve({ status: statusCode, body: body.toString(), retryAfter: headers['retry-after'] })
        },
        () => resolve('failed'),
      )
    })
    request.on('error', () => resolve('failed'))
    request.end()
  })
}

function play({ bytes, reusable }: ScriptedResponse, places: readonly number[]): void {
  script = { parts: fragments(bytes, places), thenClose: !reusable }
}

test('both engines and node:http see the same in every response', async () => {
  await fc.assert(
    fc.asyncProperty(scriptedResponse, cuts, async (response, places) => {
      play(response, places)
      const { status, body, retryAfter } = response
      assert.deepEqual(await throughNodeHttp(), { status, body, retryAfter })
      for (const engine of Object.keys(engines)) {
        const { seen, usable } = await through(engine, { method: 'GET', path: '/' })
        assert.deepEqual(seen, { status, body, retryAfter }, engine)
        if (engine === 'raw') assert.equal(usable, response.reusable)
      }
    }),
    { numRuns: 150 },
  )
})

test('no client takes a malformed response for an answer', async () => {
  for (const response of malformedResponses) {
    script = { parts: [Buffer.from(response)], thenClose: true }
    assert.equal(await throughNodeHttp(), 'failed', JSON.stringify(response))
    for (const engine of Object.keys(engines)) {
      const { seen } = await through(engine, { method: 'GET', path: '/' })
      assert.equal(seen, 'failed', `${engine}: ${JSON.stringify(response)}`)
    }
  }
})

test('both engines send bodies byte for byte, whatever they are made of', async () => {
  script = { parts: [Buffer.from('HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n')], thenClose: false }
  const bodies = ['{"time":217,"liftID":21}', 'Skifahren macht Spaß ⛷', Buffer.from([0, 13, 10, 255]), '']
  for (const engine of Object.keys(engines)) {
    for (const body of bodies) {
      await through(engine, { method: 'POST', path: '/a?b=c', headers: 'X-Key: 7\r\n', body })
      const end = received.indexOf('\r\n\r\n')
      const head = received.subarray(0, end).toString('latin1').toLowerCase()
      assert.deepEqual(received.subarray(end + 4), Buffer.from(body), engine)
      assert.match(head, /^post \/a\?b=c http\/1\.1\r\n/)
      assert.match(head, new RegExp(`content-length: ${Buffer.byteLength(body)}`))
      assert.match(head, /x-key: 7/)
      assert.match(head, /host: 127\.0\.0\.1:/)
    }
  }
})

test('both engines say that a connection was refused', async () => {
  const closed = createServer().listen(0, '127.0.0.1')
  await once(closed, 'listening')
  const { port } = closed.address() as AddressInfo
  closed.close()
  await once(closed, 'close')
  for (const create of [
    (owner: ConnectionOwner) => new RawConnection(rawTarget(`http://127.0.0.1:${port}`), owner),
    (owner: ConnectionOwner) => new UndiciConnection(`http://127.0.0.1:${port}`, owner),
  ]) {
    const owner = new Exchange()
    create(owner).open()
    await assert.rejects(owner.open.promise, /ECONNREFUSED/)
  }
})

test('the raw engine refuses to speak anything but http', () => {
  assert.throws(() => rawTarget('https://127.0.0.1'), TypeError)
})
