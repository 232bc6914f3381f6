import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { openRaw } from '../testing/raw-http.ts'
import { startSampleService } from '../testing/sample-service.ts'

describe('a request that trickles in', { concurrency: true }, () => {
  for (const [what, beginning, piece] of [
    ['in its head', 'GET /items/1 HTTP/1.1\r\nHost: a\r\n', 'a: b\r\n'],
    ['in its body', 'POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 9999\r\n\r\n[', '1,'],
    ['not at all', '', ''],
  ] as const)
    test(`${what} is answered 408 and its connection closed`, async () => {
      await using service = await startSampleService({ arrival: { headMs: 300, wholeMs: 600 } })
      using connection = await openRaw(service.port)
      connection.send(beginning)
      const trickle = setInterval(() => connection.send(piece), 50)
      try {
        const answer = await connection.answer()
        assert.ok(answer !== 'closed')
        assert.deepEqual([answer.status, answer.headers['connection']], [408, 'close'])
        assert.equal(JSON.parse(answer.body).type, 'urn:chairlift:error:request_timeout')
        assert.equal(await connection.answer(), 'closed')
      } finally {
        clearInterval(trickle)
      }
    })
})
