import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { attackSampleService, get, post, statusOf } from '../testing/attack.ts'
import { eventually } from '../testing/eventually.ts'
import { exchange, openRaw, type RawAnswer } from '../testing/raw-http.ts'

const attacked = attackSampleService()

describe('a request head', () => {
  const manyHeaders = (count: number) => Array.from({ length: count }, (_, i) => `h${i}: 1\r\n`).join('')
  const cases: [name: string, status: number, bytes: string | Buffer][] = [
    ['of more than 16 KB', 431, get('/items/1', `Big: ${'x'.repeat(20_000)}\r\n`)],
    ['with a query of more than 16 KB', 431, get(`/items/1?q=${'x'.repeat(20_000)}`)],
    ['with 1000 headers', 431, get('/items/1', manyHeaders(1_000))],
    ['with 250 headers', 431, get('/items/1', manyHeaders(250))],
    ['with 100 headers', 200, get('/items/1', manyHeaders(100))],
    ['with a query of 8 KB', 200, get(`/items/1?q=${'x'.repeat(8_192)}`)],
    ['without Host', 400, 'GET /items/1 HTTP/1.1\r\n\r\n'],
    ['without Host in HTTP/1.0', 200, 'GET /items/1 HTTP/1.0\r\n\r\n'],
    ['with a hostile Host', 200, 'GET /items/1 HTTP/1.1\r\nHost: ${jndi:ldap://x}/../\r\n\r\n'],
    ['in HTTP/1.0', 200, get('/items/1', '', '1.0')],
    ['in HTTP/2.0', 400, get('/items/1', '', '2.0')],
    ['in HTTP/9.9', 400, get('/items/1', '', '9.9')],
    ['in absolute form', 200, get('http://elsewhere/items/1')],
    ['with an unknown method', 400, 'BREW /items/1 HTTP/1.1\r\nHost: a\r\n\r\n'],
    ['with the method TRACE', 405, 'TRACE /items/1 HTTP/1.1\r\nHost: a\r\n\r\n'],
    ['with the method OPTIONS', 405, 'OPTIONS /items/1 HTTP/1.1\r\nHost: a\r\n\r\n'],
    ['OPTIONS *', 404, 'OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n'],
    ['with the path //', 404, get('//')],
    ['with //items/1', 404, get('//items/1')],
    ['with ..', 404, get('/items/../../etc/passwd')],
    ['with %2e%2e', 200, get('/items/%2e%2e')],
    ['with %2E%2e%2F in mixed case', 200, get('/items/%2E%2e%2Fx')],
    ['with %00', 200, get('/items/%00')],
    ['with a broken percent sign', 400, get('/items/%')],
    ['with %zz', 400, get('/items/%zz')],
    ['with overlong UTF-8', 400, get('/items/%c0%af')],
    ['with a lone surrogate', 400, get('/items/%ed%a0%80')],
    ['with raw UTF-8 bytes', 400, Buffer.from(get('/items/é'), 'utf8')],
    ['with a broken percent sign in the query', 200, get('/items/1?q=%zz&%=1')],
    ['with __proto__ in the query', 200, get('/items/1?__proto__=1&constructor=2&a[]=3')],
    ['with a space in the path', 400, get('/items/1 2')],
    ['with a header without a colon', 400, get('/items/1', 'nonsense\r\n')],
    ['with a NUL in a header', 400, get('/items/1', 'a: \0\r\n')],
    ['with a folded header', 400, get('/items/1', 'a: 1\r\n 2\r\n')],
    ['with a space before the colon', 400, get('/items/1', 'a : 1\r\n')],
    ['that is TLS', 400, Buffer.from('16030100a5010000a10303', 'hex')],
    ['that is no HTTP', 400, 'hello\r\n\r\n'],
    ['with an unknown Expect', 200, get('/items/1', 'Expect: wonders\r\n')],
    ['with an Upgrade nobody offers', 200, get('/items/1', 'Connection: upgrade\r\nUpgrade: websocket\r\n')],
  ]
  for (const [name, status, bytes] of cases)
    test(`${name} is answered ${status}`, async () => {
      assert.equal(statusOf(await exchange(attacked.service.port, bytes)), status)
    })

  test('keeps duplicate query keys as a list and pollutes no prototype', async () => {
    const answer = (await exchange(attacked.service.port, get('/items/1?a=1&a=2&__proto__=3'))) as RawAnswer
    assert.deepEqual(JSON.parse(answer.body).query.a, ['1', '2'])
    assert.equal(({} as Record<string, unknown>)['3'], undefined)
  })

  test('with CONNECT ends the connection', async () => {
    assert.equal(
      await exchange(attacked.service.port, 'CONNECT a:80 HTTP/1.1\r\nHost: a:80\r\n\r\n'),
      'closed',
    )
  })

  test('HEAD is answered as GET, without a body', async () => {
    const answer = await exchange(attacked.service.port, 'HEAD /items/1 HTTP/1.1\r\nHost: a\r\n\r\n', {
      head: true,
    })
    assert.equal((answer as RawAnswer).status, 200)
    assert.equal((answer as RawAnswer).headers['content-length'], '21')
  })

  test('of pipelined requests is answered in order', async () => {
    using connection = await openRaw(attacked.service.port)
    connection.send(get('/items/1') + post('{"a":1}') + get('/nowhere') + get('/items/2'))
    const answers = []
    for (let count = 0; count < 4; count++) answers.push((await connection.answer()) as RawAnswer)
    assert.deepEqual(
      answers.map((answer) => answer.status),
      [200, 200, 404, 200],
    )
    assert.match(answers[3]?.body ?? '', /"id":"2"/)
  })

  test('garbage behind a good request does not take that request’s answer away', async () => {
    using connection = await openRaw(attacked.service.port)
    connection.send(`${get('/held')}garbage\r\n\r\n`)
    await eventually('held', () => attacked.service.held() === 1)
    attacked.service.release()
    assert.equal(statusOf(await connection.answer()), 200)
    assert.equal(statusOf(await connection.answer()), 400)
    assert.equal(await connection.answer(), 'closed')
  })
})

test('2 000 idle connections keep nobody else waiting', async () => {
  const idle = await Promise.all(Array.from({ length: 2_000 }, () => openRaw(attacked.service.port)))
  try {
    assert.equal(statusOf(await exchange(attacked.service.port, get('/items/1'))), 200)
  } finally {
    for (const connection of idle) connection.socket.destroy()
  }
})
