import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type Progress, progress, ResponseParser } from './response-parser.ts'
import { cuts, fragments, malformedResponses, scriptedResponse } from './testing/scripted-response.ts'

/** Feeds the parts through one buffer that is overwritten each time, as the sockets of a worker do. */
function feed(parser: ResponseParser, parts: readonly Buffer[]): Progress {
  const shared = Buffer.alloc(8_192)
  let result: Progress = progress.needsMore
  for (const part of parts) {
    assert.equal(result, progress.needsMore, 'a response must not end before its last byte')
    shared.fill('?')
    part.copy(shared)
    result = parser.consume(shared, part.length)
  }
  return result
}

test('responses come out the same however the network cuts them', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(scriptedResponse, cuts), { minLength: 1, maxLength: 4 }), (responses) => {
      const parser = new ResponseParser()
      for (const [{ bytes, status, body, retryAfter, reusable }, places] of responses) {
        parser.begin(true, false)
        let result = feed(parser, fragments(bytes, places))
        if (result === progress.needsMore) result = parser.endOfInput()
        assert.equal(result, progress.complete)
        assert.equal(parser.status, status)
        assert.equal(parser.body?.toString(), body)
        assert.equal(parser.retryAfter, retryAfter)
        assert.equal(parser.reusable, reusable)
      }
    }),
    { numRuns: 2_000 },
  )
})

test('a truncated response is never complete', () => {
  fc.assert(
    fc.property(scriptedResponse, fc.nat(), (response, cut) => {
      const endsByClose = !response.reusable && !response.bytes.includes('Connection: close')
      fc.pre(!endsByClose && response.bytes.length > 0)
      const parser = new ResponseParser()
      parser.begin(false, false)
      const part = response.bytes.subarray(0, cut % response.bytes.length)
      assert.equal(feed(parser, part.length > 0 ? [part] : []), progress.needsMore)
      assert.equal(parser.endOfInput(), progress.malformed)
    }),
  )
})

test('malformed responses are refused, byte by byte too', () => {
  for (const response of malformedResponses) {
    const bytes = Buffer.from(response)
    for (const parts of [[bytes], [...bytes].map((byte) => Buffer.from([byte]))]) {
      const parser = new ResponseParser()
      parser.begin(true, false)
      let result: Progress = progress.needsMore
      for (const part of parts) if (result === progress.needsMore) result = parser.consume(part, part.length)
      assert.equal(result, progress.malformed, JSON.stringify(response))
    }
  }
})

test('random bytes never make the parser throw', () => {
  fc.assert(
    fc.property(scriptedResponse, fc.array(fc.tuple(fc.nat(), fc.nat(255))), (response, changes) => {
      const bytes = Buffer.from(response.bytes)
      for (const [at, byte] of changes) if (bytes.length > 0) bytes[at % bytes.length] = byte
      const parser = new ResponseParser()
      parser.begin(true, false)
      parser.consume(bytes, bytes.length)
    }),
    { numRuns: 2_000 },
  )
})

test('an endless head is refused instead of kept', () => {
  const parser = new ResponseParser()
  parser.begin(false, false)
  const line = Buffer.from(`X-Filler: ${'x'.repeat(1_000)}\r\n`)
  let result = parser.consume(Buffer.from('HTTP/1.1 200 OK\r\n'), 17)
  for (let i = 0; i < 100 && result === progress.needsMore; i++) result = parser.consume(line, line.length)
  assert.equal(result, progress.malformed)
})

test('bytes behind a response make the connection unusable', () => {
  const parser = new ResponseParser()
  parser.begin(true, false)
  const bytes = Buffer.from('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 408 Timeout\r\n\r\n')
  assert.equal(parser.consume(bytes, bytes.length), progress.complete)
  assert.equal(parser.body?.toString(), 'ok')
  assert.equal(parser.reusable, false)
})

test('the answer to HEAD has no body whatever its headers say', () => {
  const parser = new ResponseParser()
  parser.begin(true, true)
  const bytes = Buffer.from('HTTP/1.1 200 OK\r\nContent-Length: 200\r\n\r\n')
  assert.equal(parser.consume(bytes, bytes.length), progress.complete)
  assert.equal(parser.reusable, true)
})

test('100 Continue is skipped, a change of protocol and HTTP/2 are refused', () => {
  const outcomes = [
    'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n',
    'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n',
    'HTTP/2.0 200 OK\r\n\r\n',
  ].map((response) => {
    const parser = new ResponseParser()
    parser.begin(false, false)
    return parser.consume(Buffer.from(response), response.length)
  })
  assert.deepEqual(outcomes, [progress.complete, progress.malformed, progress.malformed])
})

test('HTTP/1.0 closes unless it says keep-alive', () => {
  for (const [connection, reusable] of [
    ['', false],
    ['Connection: Keep-Alive\r\n', true],
  ] as const) {
    const parser = new ResponseParser()
    parser.begin(false, false)
    const bytes = Buffer.from(`HTTP/1.0 200 OK\r\n${connection}Content-Length: 0\r\n\r\n`)
    assert.equal(parser.consume(bytes, bytes.length), progress.complete)
    assert.equal(parser.reusable, reusable)
  }
})
