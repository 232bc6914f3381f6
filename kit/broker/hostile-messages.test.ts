import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Options } from 'amqplib'
import { eventually } from '../testing/eventually.ts'
import { declareFirst, openSampleConsumer, type SampleConsumer } from '../testing/sample-consumer.ts'

const nested = (depth: number): object => (depth === 0 ? {} : { down: nested(depth - 1) })
const deepList = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`

let opened: SampleConsumer
let neighbours = 0
before(async () => {
  opened = await openSampleConsumer({ batchAgeMs: 30 }, declareFirst)
  opened.send('first')
  await eventually('consuming', () => opened.applied.has('first'))
})
after(() => opened[Symbol.asyncDispose]())

/** Sends a hostile message between two good ones, and sees those applied. */
async function between(body: string | Buffer, properties: Options.Publish = {}): Promise<void> {
  const pair = [`neighbour${neighbours++}`, `neighbour${neighbours++}`] as const
  const { channel, names } = opened.queues
  opened.send(pair[0])
  channel.sendToQueue(names.queue, Buffer.from(body), properties)
  opened.send(pair[1])
  await eventually('neighbours applied', () => pair.every((id) => opened.applied.get(id) === 1))
}

describe('a message that cannot be applied is parked as it is, and its neighbours are applied:', () => {
  for (const [name, body, reason] of [
    ['an empty body', '', 'the body is empty'],
    ['no JSON', 'hello', 'the body is not JSON'],
    ['JSON cut short', '{"events":[{"id":"a"}', 'the body is not JSON'],
    ['bytes that are no text', Buffer.from('ff00fe80', 'hex'), 'the body is not JSON'],
    ['1 MB of no JSON', 'x'.repeat(1_000_000), 'the body is not JSON'],
    ['10 MB of no JSON', Buffer.alloc(10_000_000), 'the body is not JSON'],
    ['null', 'null', 'the body has no list "events"'],
    ['events that are no list', '{"events":{"0":1}}', 'the body has no list "events"'],
    ['no events', '{"events":[]}', 'the list "events" is empty'],
    ['an event nested deeper than JSON can be written', `{"events":[${deepList(100_000)}]}`, 'no id'],
  ] as const)
    test(name, async () => {
      await between(body)
      const [parked] = await opened.takeParked(1)
      assert.deepEqual([parked?.reason, parked?.body], [reason, Buffer.from(body).toString()])
    })
})

describe('an event that cannot be applied is parked alone:', () => {
  for (const [name, event] of [
    ['null', null],
    ['a number', 5],
    ['an empty object', {}],
    ['an id that is a number', { id: 5 }],
    ['an id that is null', { id: null }],
    ['an id that only looks like an object with a text', { id: { toString: 'x' } }],
    ['__proto__', JSON.parse('{"__proto__":{"id":"x"}}')],
    ['a text with CR, LF and NUL', { text: '\r\n\0 ${jndi:ldap://x}' }],
  ] as const)
    test(name, async () => {
      const body = JSON.stringify({ events: [event, { id: `good${neighbours++}` }] })
      await between(body)
      const [parked] = await opened.takeParked(1)
      assert.deepEqual([parked?.reason, JSON.parse(parked?.body ?? '')], ['no id', { events: [event] }])
      await eventually('the good one applied', () => opened.applied.has(JSON.parse(body).events[1].id))
    })

  test('an id that is longer than a property of a message may be', async () => {
    const id = `poison${'x'.repeat(10_000)}`
    await between(JSON.stringify({ events: [{ id }] }))
    const [parked] = await opened.takeParked(1)
    assert.deepEqual(parked?.body, JSON.stringify({ events: [{ id }] }))
    assert.equal(parked?.id, undefined)
    assert.equal(parked?.reason.length, 500)
  })
})

describe('the body alone decides: a good event is applied whatever the properties are:', () => {
  const cases: [name: string, properties: Options.Publish][] = [
    ['another content type', { contentType: 'image/png', contentEncoding: 'gzip' }],
    ['no message id', {}],
    ['the message id of another message', { messageId: 'twice' }],
    ['an unknown type', { type: 'unknown.type.v99' }],
    ['a hostile reply-to', { replyTo: '../../etc/passwd', correlationId: '\r\n' }],
    ['a far-future timestamp', { timestamp: Number.MAX_SAFE_INTEGER }],
    ['the highest priority', { priority: 255 }],
    ['an odd expiration', { expiration: '4294967295' }],
    [
      'headers of other types',
      { headers: { 'x-delivery-count': 'many', 'x-death': 5, [`x-chairlift-reason`]: null } },
    ],
    ['a delivery count of 10^6 that is a text', { headers: { 'x-delivery-count': '1000000' } }],
    ['headers nested 100 deep', { headers: nested(100) }],
    ['4 000 headers', { headers: Object.fromEntries(Array.from({ length: 4_000 }, (_, i) => [`h${i}`, i])) }],
  ]
  for (const [name, properties] of cases)
    test(name, async () => {
      const id = `good${neighbours++}`
      await between(JSON.stringify({ events: [{ id }] }), properties)
      await eventually('applied', () => opened.applied.get(id) === 1)
    })

  for (const [name, properties] of cases)
    test(`and a poison event with ${name} is parked`, async () => {
      const id = `poison${neighbours++}`
      await between(JSON.stringify({ events: [{ id }] }), properties)
      assert.equal((await opened.takeParked(1))[0]?.id, id)
    })
})

test('nothing was left in the queue, and nothing was delivered twice', async () => {
  const { channel, names } = opened.queues
  assert.equal((await channel.checkQueue(names.queue)).messageCount, 0)
  assert.equal(await opened.metric('chairlift_consumer_redelivered_total'), 0)
  assert.equal((await channel.checkQueue(names.parkingQueue)).messageCount, 0)
  assert.ok([...opened.applied.values()].every((count) => count === 1))
})
