import assert from 'node:assert/strict'
import { Agent, get } from 'node:http'
import { describe, test } from 'node:test'
import { eventually } from '../testing/eventually.ts'
import { openRaw } from '../testing/raw-http.ts'
import { startSampleService } from '../testing/sample-service.ts'
import { startHttpServer } from './start-http-server.ts'

const request = 'GET /items/1 HTTP/1.1\r\nHost: a\r\n\r\n'
const held = 'GET /held HTTP/1.1\r\nHost: a\r\n\r\n'

describe('a drained server', () => {
  test('fails no request of clients that use keep-alive connections all the time', async () => {
    const service = await startSampleService()
    const agent = new Agent({ keepAlive: true, maxSockets: 16 })
    const ask = () =>
      new Promise<string>((resolve, reject) => {
        get(`${service.url}/items/1`, { agent }, (response) => {
          response.resume()
          response.on('error', reject)
          response.on('end', () => resolve(`${response.statusCode} ${response.headers.connection}`))
        }).on('error', reject)
      })
    const seen = new Map<string, number>()
    let draining: Promise<void> | undefined
    const client = async () => {
      while (true) {
        let result: string
        try {
          result = await ask()
        } catch (error) {
          // Refused once the port is closed: the request was not begun. Anything else is a failed request.
          result = (error as NodeJS.ErrnoException).code ?? String(error)
        }
        seen.set(result, (seen.get(result) ?? 0) + 1)
        if (seen.get('200 keep-alive') === 500) draining ??= service.server.drain()
        if (result === 'ECONNREFUSED') return
      }
    }
    await Promise.all(Array.from({ length: 16 }, client))
    await draining
    agent.destroy()
    assert.deepEqual([...seen.keys()].sort(), ['200 close', '200 keep-alive', 'ECONNREFUSED'])
  })

  test('answers what it holds with Connection: close before it ends', async () => {
    const service = await startSampleService()
    using connection = await openRaw(service.port)
    connection.send(held)
    await eventually('held', () => service.held() === 1)
    let drained = false
    const drain = service.server.drain(10).then(() => {
      drained = true
    })
    await assert.rejects(openRaw(service.port), { code: 'ECONNREFUSED' })
    assert.equal(drained, false)
    service.release()
    const answer = await connection.answer()
    assert.ok(answer !== 'closed')
    assert.deepEqual([answer.status, answer.headers['connection']], [200, 'close'])
    await drain
  })

  test('serves a request on an idle connection within the grace, and then closes it', async () => {
    const service = await startSampleService()
    using connection = await openRaw(service.port)
    connection.send(request)
    const first = await connection.answer()
    const drain = service.server.drain(300)
    connection.send(request)
    const second = await connection.answer()
    assert.deepEqual(
      [first, second].map((answer) => answer !== 'closed' && [answer.status, answer.headers['connection']]),
      [
        [200, 'keep-alive'],
        [200, 'close'],
      ],
    )
    await drain
  })

  test('waits for no connection that is idle or was never used', async () => {
    const service = await startSampleService()
    using unused = await openRaw(service.port)
    using idle = await openRaw(service.port)
    idle.send(request)
    await idle.answer()
    await service.server.drain(10)
    await Promise.all([unused.closed, idle.closed])
  })
})

describe('a server', () => {
  test('keeps above its limit of connections nobody', async () => {
    const server = await startHttpServer({
      handler: (_request, response) => response.end('ok'),
      host: '127.0.0.1',
      port: 0,
      maxConnections: 2,
    })
    using first = await openRaw(server.port)
    using second = await openRaw(server.port)
    using third = await openRaw(server.port)
    await third.closed
    for (const connection of [first, second]) {
      connection.send(request)
      assert.notEqual(await connection.answer(), 'closed')
    }
    await server.drain(10)
  })

  test('rejects a port that is taken', async () => {
    await using service = await startSampleService()
    await assert.rejects(
      startHttpServer({ handler: () => undefined, host: '127.0.0.1', port: service.port }),
      { code: 'EADDRINUSE' },
    )
  })

  test('shares its port when told to', async () => {
    const options = { handler: () => undefined, host: '127.0.0.1', reusePort: true }
    const first = await startHttpServer({ ...options, port: 0 })
    const second = await startHttpServer({ ...options, port: first.port })
    assert.equal(second.port, first.port)
    await Promise.all([first.drain(10), second.drain(10)])
  })
})
