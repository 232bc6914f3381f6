import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { attackSampleService, post, statusOf } from '../testing/attack.ts'
import { eventually } from '../testing/eventually.ts'
import { exchange, openRaw, type RawAnswer } from '../testing/raw-http.ts'

const attacked = attackSampleService()

describe('a request body', () => {
  const json = 'Content-Type: application/json\r\n'
  const gzip = gzipSync(Buffer.alloc(10_000_000))
  const cases: [name: string, status: number, bytes: string | Buffer][] = [
    [
      'with both Content-Length and Transfer-Encoding',
      400,
      `POST /echo HTTP/1.1\r\nHost: a\r\n${json}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    ],
    [
      'with two lengths',
      400,
      `POST /echo HTTP/1.1\r\nHost: a\r\n${json}Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}`,
    ],
    ['with a negative length', 400, `POST /echo HTTP/1.1\r\nHost: a\r\n${json}Content-Length: -1\r\n\r\n{}`],
    [
      'with a length of 2^64',
      400,
      `POST /echo HTTP/1.1\r\nHost: a\r\n${json}Content-Length: 18446744073709551616\r\n\r\n{}`,
    ],
    [
      'with a bad chunk size',
      400,
      `POST /echo HTTP/1.1\r\nHost: a\r\n${json}Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n`,
    ],
    [
      'with an endless chunk extension',
      413,
      `POST /echo HTTP/1.1\r\nHost: a\r\n${json}Transfer-Encoding: chunked\r\n\r\n2;${'x'.repeat(20_000)}\r\n{}\r\n0\r\n\r\n`,
    ],
    [
      'with an unknown transfer encoding',
      400,
      `POST /echo HTTP/1.1\r\nHost: a\r\n${json}Transfer-Encoding: gzip\r\n\r\n{}`,
    ],
    [
      'in good chunks',
      200,
      `POST /echo HTTP/1.1\r\nHost: a\r\n${json}Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n1\r\n}\r\n0\r\n\r\n`,
    ],
    [
      'longer than Content-Length',
      400,
      `POST /echo HTTP/1.1\r\nHost: a\r\n${json}Content-Length: 1\r\n\r\n{}`,
    ],
    [
      'that is not UTF-8',
      400,
      Buffer.concat([Buffer.from(post('"xx"').slice(0, -3)), Buffer.from('c0af22', 'hex')]),
    ],
    ['of another type', 415, post('{}', 'Content-Type: text/plain\r\n')],
    ['of a form', 415, post('a=1', 'Content-Type: application/x-www-form-urlencoded\r\n')],
    ['of an empty type', 415, post('{}', 'Content-Type:\r\n')],
    ['of a broken type', 415, post('{}', 'Content-Type: ;;;\r\n')],
    ['of a type that only begins like JSON', 415, post('{}', 'Content-Type: application/jsonp\r\n')],
    ['without a type', 200, post('{}', '')],
    ['with the type twice', 200, post('{}', `${json}${json}`)],
    ['of a type in capitals', 200, post('{}', 'Content-Type: APPLICATION/JSON; Charset=UTF-8\r\n')],
    ['of a type that ends in +json', 200, post('{}', 'Content-Type: application/merge-patch+json\r\n')],
    ['in utf-7', 415, post('{}', 'Content-Type: application/json; charset=utf-7\r\n')],
    ['in utf-16', 415, post('{}', 'Content-Type: application/json; charset=utf-16\r\n')],
    ['in latin-1', 415, post('{}', 'Content-Type: application/json; charset=iso-8859-1\r\n')],
    ['in an unknown charset', 415, post('{}', 'Content-Type: application/json; charset=utf-nothing\r\n')],
    ['that claims gzip', 415, post('{}', `${json}Content-Encoding: gzip\r\n`)],
    ['that claims br', 415, post('{}', `${json}Content-Encoding: br\r\n`)],
    [
      'that is a gzip bomb',
      415,
      Buffer.concat([
        Buffer.from(
          `POST /echo HTTP/1.1\r\nHost: a\r\n${json}Content-Encoding: gzip\r\nContent-Length: ${gzip.length}\r\n\r\n`,
        ),
        gzip,
      ]),
    ],
    ['on a GET', 200, `GET /items/1 HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}`],
  ]
  for (const [name, status, bytes] of cases)
    test(`${name} is answered ${status}`, async () => {
      const answer = await exchange(attacked.service.port, bytes)
      if (name === 'longer than Content-Length') assert.equal((answer as RawAnswer).status, 400)
      else assert.equal(statusOf(answer), status)
    })

  test('announced with Expect: 100-continue is asked for and read', async () => {
    using connection = await openRaw(attacked.service.port)
    connection.send(
      `POST /echo HTTP/1.1\r\nHost: a\r\n${json}Expect: 100-continue\r\nContent-Length: 2\r\n\r\n`,
    )
    await new Promise((resolve) => connection.socket.once('data', resolve))
    connection.send('{}')
    assert.equal(statusOf(await connection.answer()), 200)
  })

  test('announced too large is refused before it is sent', async () => {
    const answer = await exchange(
      attacked.service.port,
      `POST /echo HTTP/1.1\r\nHost: a\r\n${json}Content-Length: 999999999\r\n\r\n`,
    )
    assert.equal(statusOf(answer), 413)
  })

  test('of endless chunks is refused at the limit', async () => {
    const chunk = `4000\r\n${'x'.repeat(0x4000)}\r\n`
    const answer = await exchange(
      attacked.service.port,
      `POST /echo HTTP/1.1\r\nHost: a\r\n${json}Transfer-Encoding: chunked\r\n\r\n${chunk.repeat(3)}`,
    )
    assert.equal(statusOf(answer), 413)
  })

  test('shorter than Content-Length reaches no handler when the client gives up', async () => {
    const before = await served()
    assert.ok(before)
    using connection = await openRaw(attacked.service.port)
    connection.send(`POST /echo HTTP/1.1\r\nHost: a\r\n${json}Content-Length: 10\r\n\r\n{}`)
    connection.socket.end()
    await connection.closed
    assert.equal(await served(), before)
  })

  for (const [stage, bytes] of [
    ['while connecting', ''],
    ['in the request line', 'GET /ite'],
    ['in the headers', 'GET /items/1 HTTP/1.1\r\nHo'],
    ['before the body', `POST /echo HTTP/1.1\r\nHost: a\r\n${json}Content-Length: 10\r\n\r\n`],
    ['in the body', `POST /echo HTTP/1.1\r\nHost: a\r\n${json}Content-Length: 10\r\n\r\n{`],
    ['in a chunk', `POST /echo HTTP/1.1\r\nHost: a\r\n${json}Transfer-Encoding: chunked\r\n\r\n5\r\n{`],
    ['before the answer', 'GET /held HTTP/1.1\r\nHost: a\r\n\r\n'],
  ] as const)
    test(`or head whose client resets the connection ${stage} is forgotten`, async () => {
      using connection = await openRaw(attacked.service.port)
      connection.send(bytes)
      if (bytes.includes('/held')) await eventually('held', () => attacked.service.held() === 1)
      connection.socket.resetAndDestroy()
      attacked.service.release()
    })

  async function served(): Promise<string | undefined> {
    const text = await attacked.service.metrics.registry.metrics()
    return /seconds_count\{.*"POST".*"\/echo".*"200"\} \d+/.exec(text)?.[0]
  }
})
