import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { validate, version } from 'uuid'
import { eventId } from './event-identity.ts'
import { HttpError } from './http-error.ts'

const key = fc.stringMatching(/^[\x21-\x7e]{1,255}$/)

describe('the id of an event', () => {
  test('is the same for the same key and request, whatever they are', () => {
    fc.assert(
      fc.property(key, fc.string(), (idempotencyKey, subject) => {
        const id = eventId(idempotencyKey, subject)
        assert.equal(id, eventId(idempotencyKey, subject))
        assert.ok(validate(id) && version(id) === 8)
      }),
    )
  })

  test('is another for another key or another request', () => {
    fc.assert(
      fc.property(key, key, fc.string(), fc.string(), (keyA, keyB, subjectA, subjectB) => {
        const same = keyA === keyB && subjectA === subjectB
        assert.equal(eventId(keyA, subjectA) === eventId(keyB, subjectB), same)
      }),
    )
    assert.notEqual(eventId('ab', 'c'), eventId('a', 'bc'))
  })

  test('is fresh each time without a key', () => {
    const ids = Array.from({ length: 1_000 }, () => eventId(undefined, 'same'))
    assert.equal(new Set(ids).size, 1_000)
    assert.ok(ids.every((id) => version(id) === 7))
  })

  const wrong = [
    '',
    ' ',
    'a b',
    'a\n',
    'é',
    '\0',
    '\x7f',
    'x'.repeat(256),
    'x'.repeat(10_000),
    ['a', 'b'],
    'a, b',
  ]
  for (const value of wrong)
    test(`refuses the key ${JSON.stringify(value).slice(0, 20)}`, () => {
      assert.throws(
        () => eventId(value, 'x'),
        (error) => error instanceof HttpError && error.code === 'invalid_input',
      )
    })
})
