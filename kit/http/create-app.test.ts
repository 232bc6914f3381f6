import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { eventually } from '../testing/eventually.ts'
import { exchange, openRaw, type RawAnswer } from '../testing/raw-http.ts'
import { type SampleService, startSampleService } from '../testing/sample-service.ts'
import { errorCatalogue, HttpError, renderProblem, toHttpError } from './http-error.ts'

let service: SampleService
before(async () => {
  service = await startSampleService()
})
after(() => service[Symbol.asyncDispose]())

const ask = async (path: string, init?: RequestInit) => {
  const response = await fetch(service.url + path, init)
  return { status: response.status, headers: response.headers, text: await response.text() }
}

describe('an application', () => {
  test('answers 404 for an unknown path', async () => {
    const { status, text } = await ask('/nowhere')
    assert.equal(status, 404)
    assert.deepEqual(JSON.parse(text), {
      type: 'urn:chairlift:error:not_found',
      title: 'not found',
      status: 404,
      detail: 'no such path',
    })
  })

  test('matches paths by case and takes a trailing slash', async () => {
    assert.equal((await ask('/Items/1')).status, 404)
    assert.equal((await ask('/items/1/')).status, 200)
  })

  for (const [method, path, allow] of [
    ['GET', '/echo', 'POST'],
    ['PUT', '/echo', 'POST'],
    ['HEAD', '/echo', 'POST'],
    ['POST', '/items/1', 'GET, HEAD'],
    ['DELETE', '/items/1', 'GET, HEAD'],
    ['PATCH', '/other-name', 'GET, HEAD'],
  ] as const)
    test(`answers ${method} ${path} with 405 and what is allowed`, async () => {
      const { status, headers } = await ask(path, { method })
      assert.deepEqual([status, headers.get('allow')], [405, allow])
    })

  test('serves an alias like the path itself', async () => {
    assert.equal((await ask('/other-name')).status, 204)
  })

  for (const [path, message] of [
    ['/broken', /hunter2/],
    ['/rejected', /deep inside/],
  ] as const)
    test(`hides the cause of a fault in ${path} and logs it`, async () => {
      const { status, text } = await ask(path)
      assert.equal(status, 500)
      assert.equal(JSON.parse(text).detail, 'internal error')
      assert.doesNotMatch(text, message)
      const line = service.lines.find((one) => one['path'] === path)
      assert.match((line?.['err'] as Error).message, message)
    })

  test('says when to come back while a dependency is away, and not which', async () => {
    const { status, headers, text } = await ask('/down')
    assert.deepEqual([status, headers.get('retry-after')], [503, '3'])
    assert.doesNotMatch(text, /postgres|secret/)
    assert.match(text, /urn:chairlift:error:unavailable/)
  })

  test('tells an unknown outcome from a refusal', async () => {
    const { status, headers, text } = await ask('/unknown-outcome')
    assert.deepEqual([status, headers.get('retry-after')], [503, '1'])
    assert.match(JSON.parse(text).detail, /outcome is unknown.*Idempotency-Key/)
  })

  test('passes a handler’s own error on', async () => {
    const { status, text } = await ask('/conflict')
    assert.deepEqual([status, JSON.parse(text).detail], [409, 'is there already'])
  })

  test('cuts the connection when a handler breaks in the middle of its answer', async () => {
    using connection = await openRaw(service.port)
    connection.send('GET /broken-midway HTTP/1.1\r\nHost: a\r\n\r\n')
    assert.equal(await connection.answer(), 'closed')
  })

  test('lives below its prefix, and only there', async () => {
    await using prefixed = await startSampleService({ urlPrefix: '/deep/down' })
    assert.equal((await fetch(`${prefixed.url}/deep/down/items/1`)).status, 200)
    assert.equal((await fetch(`${prefixed.url}/items/1`)).status, 404)
  })

  test('words errors as the interface wants them', async () => {
    await using own = await startSampleService({
      renderError: (error) => ({ contentType: 'text/plain', body: `no: ${error.message}` }),
    })
    const response = await fetch(`${own.url}/conflict`)
    assert.deepEqual(
      [response.headers.get('content-type'), await response.text()],
      ['text/plain', 'no: is there already'],
    )
  })

  test('answers 503 above its limit of requests in flight, and serves again below', async () => {
    await using limited = await startSampleService({ maxRequestsInFlight: 2 })
    const first = [fetch(`${limited.url}/held`), fetch(`${limited.url}/held`)]
    await eventually('two requests held', () => limited.held() === 2)
    const refused = await fetch(`${limited.url}/items/1`)
    assert.deepEqual([refused.status, refused.headers.get('retry-after')], [503, '1'])
    assert.match(await refused.text(), /error:overloaded/)
    limited.release()
    for (const response of await Promise.all(first)) assert.equal(response.status, 200)
    assert.equal((await fetch(`${limited.url}/items/1`)).status, 200)
  })

  test('gives the place of a client back that went away', async () => {
    await using limited = await startSampleService({ maxRequestsInFlight: 1 })
    using connection = await openRaw(limited.port)
    connection.send('GET /held HTTP/1.1\r\nHost: a\r\n\r\n')
    await eventually('one request held', () => limited.held() === 1)
    connection.socket.resetAndDestroy()
    await eventually('served again', async () => (await fetch(`${limited.url}/items/1`)).status === 200)
  })
})

describe('request metrics', () => {
  test('count by the route’s pattern, method and status, never by the raw path', async () => {
    await using fresh = await startSampleService()
    for (const path of ['/items/1', '/items/2', '/items/%', '/other-name', '/nowhere/17', '/broken'])
      await (await fetch(fresh.url + path)).text()
    const text = await fresh.metrics.registry.metrics()
    const counts = [...text.matchAll(/^http_server_request_duration_seconds_count\{(.*)\} (\d+)$/gm)].map(
      ([, labels = '', count]) => [
        /http_request_method="(.*?)"/.exec(labels)?.[1],
        /http_route="(.*?)"/.exec(labels)?.[1],
        /http_response_status_code="(.*?)"/.exec(labels)?.[1],
        Number(count),
      ],
    )
    assert.deepEqual(counts, [
      ['GET', '/items/:id', '200', 2],
      ['GET', '(unmatched)', '400', 1],
      ['GET', '/aliased', '204', 1],
      ['GET', '(unmatched)', '404', 1],
      ['GET', '/broken', '500', 1],
    ])
  })

  test('keep mean and maximum by operation over all statuses', () => {
    const { requestMetrics } = service
    for (const [status, ms] of [
      [200, 1],
      [200, 3],
      [503, 11],
    ] as const)
      requestMetrics.record('GET', '/measured', status, ms)
    assert.deepEqual(
      requestMetrics.statistics().find((one) => one.path === '/measured'),
      { path: '/measured', method: 'GET', count: 3, meanMs: 5, maxMs: 11 },
    )
  })
})

describe('the error catalogue', () => {
  test('holds every code’s status', () => {
    for (const [code, status] of Object.entries(errorCatalogue)) {
      const error = new HttpError(code as keyof typeof errorCatalogue, 'x')
      assert.equal(error.status, status)
      assert.equal(JSON.parse(renderProblem(error).body).status, status)
    }
  })

  for (const thrown of [
    undefined,
    null,
    'text',
    5,
    { status: 400 },
    Object.assign(new Error('x'), { status: 404 }),
  ])
    test(`takes a thrown ${JSON.stringify(thrown)} for a fault of ours`, () => {
      assert.equal(toHttpError(thrown).code, 'internal')
    })
})

test('the head of an answer tells nothing about the software', async () => {
  const answer = (await exchange(service.port, 'GET /items/1 HTTP/1.1\r\nHost: a\r\n\r\n')) as RawAnswer
  assert.deepEqual(Object.keys(answer.headers).sort(), [
    'connection',
    'content-length',
    'content-type',
    'date',
    'keep-alive',
  ])
})
