import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startFixture } from '../testing/start-fixture.ts'
import { withoutCredentials } from './logger.ts'

test('a URL is shown without user name and password', () => {
  assert.equal(withoutCredentials('amqp://user:pass@host:5672/%2F?a=1'), 'amqp://host:5672/%2F?a=1')
  assert.equal(withoutCredentials('user:pass@host:port'), '(not a URL)')
  assert.equal(withoutCredentials(''), '(not a URL)')
})

test('lines come in order and whole, and secrets are replaced', async () => {
  await using fixture = startFixture('logging-process')
  assert.equal(await fixture.exit, 0)
  const numbered = fixture.lines.filter((line) => line['number'] !== undefined)
  assert.deepEqual(
    numbered.map((line) => line['number']),
    Array.from({ length: 2_000 }, (_, number) => number),
  )
  const text = JSON.stringify(fixture.lines)
  assert.doesNotMatch(text, /hunter2/)
  assert.equal(text.match(/\(redacted\)/g)?.length, 3)
})
