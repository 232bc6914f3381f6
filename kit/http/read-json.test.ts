import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { attackSampleService, post, statusOf } from '../testing/attack.ts'
import { exchange, type RawAnswer } from '../testing/raw-http.ts'

const attacked = attackSampleService()

describe('a JSON body', () => {
  const cases: [name: string, status: number, body: string, got?: unknown][] = [
    ['null', 200, 'null', null],
    ['a number', 200, '5', 5],
    ['a text', 200, '"a"', 'a'],
    ['a list', 200, '[1]', [1]],
    ['cut short', 400, '{"a":'],
    ['with a trailing comma', 400, '{"a":1,}'],
    ['with single quotes', 400, "{'a':1}"],
    ['with NaN', 400, '{"a":NaN}'],
    ['with Infinity', 400, '{"a":-Infinity}'],
    ['with a comment', 400, '{}//'],
    ['of two values', 400, '{}{}'],
    ['of spaces', 400, '   '],
    ['of a NUL byte', 400, '\0'],
    ['with a line break in a text', 400, '{"a":"\r\n"}'],
    ['with a byte order mark', 400, '\ufeff{}'],
    ['with -0', 200, '{"a":-0}', { a: 0 }],
    ['with 1e999', 200, '{"a":1e999}', { a: null }],
    ['with 2^53+1', 200, '{"a":9007199254740993}', { a: 9007199254740992 }],
    ['with duplicate keys', 200, '{"a":1,"a":2}', { a: 2 }],
    ['with emoji and a lone surrogate', 200, '{"a":"\u{1f600}\\ud800"}', { a: '\u{1f600}\ud800' }],
    ['10^5 deep', 413, '['.repeat(100_000) + ']'.repeat(100_000)],
    [
      'of 10^5 keys',
      413,
      JSON.stringify(Object.fromEntries(Array.from({ length: 100_000 }, (_, i) => [i, 1]))),
    ],
    ['of 1 MB text', 413, JSON.stringify('x'.repeat(1_000_000))],
    ['one byte too large', 413, JSON.stringify('x'.repeat(16_383))],
    ['just small enough', 200, JSON.stringify('x'.repeat(16_382))],
  ]
  for (const [name, status, body, got] of cases)
    test(`${name} is answered ${status}`, async () => {
      const answer = await exchange(attacked.service.port, post(body))
      assert.equal(statusOf(answer), status)
      if (got !== undefined) assert.deepEqual(JSON.parse((answer as RawAnswer).body), { got })
    })

  test('with __proto__ and constructor pollutes nothing', async () => {
    const body = '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}'
    assert.equal(statusOf(await exchange(attacked.service.port, post(body))), 200)
    assert.equal(({} as Record<string, unknown>)['polluted'], undefined)
  })

  test('that is empty or absent is no value of its own: the route’s check decides', async () => {
    assert.equal(statusOf(await exchange(attacked.service.port, post(''))), 200)
    assert.equal(
      statusOf(await exchange(attacked.service.port, 'POST /echo HTTP/1.1\r\nHost: a\r\n\r\n')),
      200,
    )
  })

  test('8 000 deep is no trouble', async () => {
    const body = `${'['.repeat(8_000)}${']'.repeat(8_000)}`
    assert.equal(statusOf(await exchange(attacked.service.port, post(body).replace('/echo', '/accept'))), 204)
  })

  test('that is not valid is not quoted in the answer', async () => {
    const answer = (await exchange(attacked.service.port, post('{"<script>alert(1)'))) as RawAnswer
    assert.doesNotMatch(answer.body, /script/)
  })
})
