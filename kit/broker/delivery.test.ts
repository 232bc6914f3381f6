import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { ConsumeMessage } from 'amqplib'
import fc from 'fast-check'
import { readDelivery } from './delivery.ts'
import { encodeEventGroup } from './event-group.ts'

const message = (content: Buffer | string, headers?: unknown) =>
  ({ content: Buffer.from(content), properties: { headers } }) as unknown as ConsumeMessage
const check = (event: unknown) =>
  typeof (event as { id?: unknown } | null)?.id === 'string'
    ? (event as { id: string })
    : { fault: 'has no id' }

describe('a message', () => {
  test('is read as the events that were written', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ id: fc.string(), value: fc.jsonValue() }), { minLength: 1 }),
        (events) => {
          const written = JSON.parse(JSON.stringify(events))
          assert.deepEqual(readDelivery(message(encodeEventGroup(events)), check).events, written)
        },
      ),
    )
  })

  test('of any bytes is read without an exception', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        const { events, faulty } = readDelivery(message(Buffer.from(bytes)), check)
        assert.equal(events.length, 0)
        assert.equal(faulty.length, 1)
      }),
    )
  })

  for (const [body, fault] of [
    ['', 'the body is empty'],
    ['not JSON', 'the body is not JSON'],
    ['\ufeff{"events":[]}', 'the body is not JSON'],
    ['null', 'the body has no list "events"'],
    ['5', 'the body has no list "events"'],
    ['"events"', 'the body has no list "events"'],
    ['[]', 'the body has no list "events"'],
    ['{}', 'the body has no list "events"'],
    ['{"events":{"length":1}}', 'the body has no list "events"'],
    ['{"__proto__":{"events":[1]}}', 'the body has no list "events"'],
    ['{"events":[]}', 'the list "events" is empty'],
  ] as const)
    test(`${JSON.stringify(body)} is faulty as a whole`, () => {
      assert.deepEqual(readDelivery(message(body), check).faulty, [{ content: undefined, fault }])
    })

  test('keeps its good events apart from its faulty ones', () => {
    const { events, faulty } = readDelivery(
      message('{"events":[{"id":"a"},null,{"no":"id"},{"id":"b"}]}'),
      check,
    )
    assert.deepEqual(events, [{ id: 'a' }, { id: 'b' }])
    assert.deepEqual(
      faulty.map((one) => one.content),
      [null, { no: 'id' }],
    )
  })

  test('whose check throws is faulty', () => {
    const { faulty } = readDelivery(message('{"events":[{"id":"a"}]}'), () => {
      throw new TypeError('broken check')
    })
    assert.match(faulty[0]?.fault ?? '', /broken check/)
  })

  for (const [headers, count] of [
    [undefined, 0],
    [{}, 0],
    [{ 'x-delivery-count': 3 }, 3],
    [{ 'x-delivery-count': -1 }, 0],
    [{ 'x-delivery-count': 1.5 }, 0],
    [{ 'x-delivery-count': '3' }, 0],
    [{ 'x-delivery-count': { a: 1 } }, 0],
    [{ 'x-delivery-count': 1e300 }, 0],
  ] as const)
    test(`with the headers ${JSON.stringify(headers)} was delivered ${count} times before`, () => {
      assert.equal(readDelivery(message('', headers), check).deliveryCount, count)
    })
})
