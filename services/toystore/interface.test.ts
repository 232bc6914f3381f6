import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { call } from '@chairlift/kit/testing/call.ts'
import { createAnswerCheck, readInterface } from '@chairlift/kit/testing/interface-document.ts'
import { openApiFile } from './generate-openapi.ts'
import { type RunningToystore, startToystore } from './testing/start-toystore.ts'

const checkAnswer = createAnswerCheck(readInterface(openApiFile))

describe('the interface of the toy store', { timeout: 180_000 }, () => {
  let store: RunningToystore

  before(async () => {
    store = await startToystore()
  })
  after(() => store?.[Symbol.asyncDispose]())

  const get = (path: string) => call(store.url, 'GET', path)
  const post = (body: unknown, headers: Record<string, string> = {}) =>
    call(store.url, 'POST', '/orders', body, headers)
  const stockOf = async (toy: string) =>
    ((await get(`/products/${toy}`)).json as { data: { quantity: number } }).data.quantity
  const refused = (code: number, message?: string) => ({
    status: code,
    message,
    check(answer: Awaited<ReturnType<typeof get>>, operationId: string, what: string) {
      assert.equal(answer.status, code, `${what}: ${answer.status} ${answer.text}`)
      checkAnswer(operationId, answer)
      const { error } = answer.json as { error: { code: number; message: string } }
      assert.equal(error.code, code, what)
      if (message) assert.equal(error.message, message, what)
    },
  })

  test('TOY-I14 TOY-D3 TOY-D15: answers are as described, and numbers are numbers', async () => {
    const toy = await get('/products/Tux')
    assert.equal(toy.text, '{"data":{"name":"Tux","price":25.99,"quantity":100}}')
    checkAnswer('getProduct', toy)
    const order = await post({ name: 'Tux', quantity: 3 })
    assert.equal(order.text, '{"data":{"order_number":0}}')
    checkAnswer('createOrder', order)
    const stored = await get('/orders/0')
    assert.equal(stored.text, '{"data":{"number":0,"name":"Tux","quantity":3}}')
    checkAnswer('getOrder', stored)
    checkAnswer('getLeader', await get('/leader'))
    assert.equal(await stockOf('Tux'), 97)
  })

  test('TOY-O1 TOY-O3 TOY-O6 TOY-O7: the alias, forms, bodies without a type and further fields are taken', async () => {
    const form = { 'Content-Type': 'application/x-www-form-urlencoded' }
    const before = await stockOf('Whale')
    for (const answer of [
      await post({ toyname: 'Whale', quantity: 1 }),
      await post('name=Whale&quantity=1', form),
      await post({ name: 'Whale', quantity: 1, type: 'sell', extra: [1] }),
    ])
      assert.equal(answer.status, 200, answer.text)
    // TOY-O6: fetch with a Blob sends no Content-Type at all.
    const untyped = await fetch(`${store.url}/orders`, {
      method: 'POST',
      body: new Blob(['{"name":"Whale","quantity":1}']),
    })
    assert.equal(untyped.status, 200)
    assert.equal(await stockOf('Whale'), before - 4)
  })

  test('TOY-D16: errors have the status they tell: unknown toy, unknown order, out of stock', async () => {
    refused(404, 'product not found').check(await get('/products/Kite'), 'getProduct', 'Kite')
    refused(404, 'product not found').check(await post({ name: 'tux', quantity: 1 }), 'createOrder', 'tux')
    refused(404, 'order not found').check(await get('/orders/9007199254740991'), 'getOrder', 'far order')
    refused(404, 'out of stock').check(await post({ name: 'Uno', quantity: 101 }), 'createOrder', '101 Uno')
  })

  test('TOY-I4 TOY-D8 TOY-D14: bad bodies are 400, take no number and change no stock', async () => {
    const before = await stockOf('Bird')
    const quantities = [0, -1, -5, 1.5, 2 ** 53, 1e308, '1', '', null, true, [1], {}, undefined]
    for (const quantity of quantities)
      refused(400).check(await post({ name: 'Bird', quantity }), 'createOrder', JSON.stringify(quantity))
    for (const name of ['', 7, null, ['Bird'], {}, 'x'.repeat(129), undefined])
      refused(400).check(await post({ name, quantity: 1 }), 'createOrder', JSON.stringify(name))
    const texts = [
      '',
      '{',
      'null',
      '[]',
      '1',
      '"Bird"',
      "__import__('os').system('true')",
      '{"name":"Bird"}',
      '\u0000',
    ]
    for (const text of texts) refused(400).check(await post(text), 'createOrder', text)
    const proto = '{"__proto__":{"quantity":1},"name":"Bird","constructor":1}'
    refused(400).check(await post(proto), 'createOrder', proto)
    const form = { 'Content-Type': 'application/x-www-form-urlencoded' }
    for (const text of [
      'name=Bird&quantity=-1',
      'name=Bird&quantity=1.5',
      'name=Bird&quantity=1&quantity=2',
      'name=Bird&quantity=',
    ])
      refused(400).check(await post(text, form), 'createOrder', text)
    const invalid = Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d])
    refused(400).check(await post(invalid), 'createOrder', 'invalid UTF-8')
    refused(413).check(await post({ name: 'x'.repeat(40_000), quantity: 1 }), 'createOrder', 'a large body')
    refused(415).check(await post('<a/>', { 'Content-Type': 'text/xml' }), 'createOrder', 'XML')
    assert.equal(await stockOf('Bird'), before)
  })

  test('names of any bytes are unknown toys, and never an error of ours', async () => {
    for (const name of [
      '%00',
      '%F0%9F%A6%A6',
      'a%2Fb',
      '..%2f..',
      '%2e%2e',
      "';drop%20table%20orders;--",
      '%0d%0aSet-Cookie:x',
      'T%75x%20',
    ])
      refused(404).check(await get(`/products/${name}`), 'getProduct', name)
    refused(400).check(await get('/products/%ff%fe'), 'getProduct', 'invalid UTF-8')
    refused(400).check(await get('/products/%zz'), 'getProduct', 'no percent-encoding')
    assert.equal((await get('/products/T%75x')).status, 200)
    for (const name of ['\u0000', '\ud800', '💣', '__proto__', 'constructor', '1; drop table orders'])
      refused(404).check(await post({ name, quantity: 1 }), 'createOrder', JSON.stringify(name))
  })

  test('order numbers of every wrong kind are 400', async () => {
    for (const number of [
      '-1',
      '1.5',
      '1e3',
      '0x1',
      '01',
      '+1',
      ' 1',
      '1%20',
      'NaN',
      'Infinity',
      '9007199254740992',
      '99999999999999999999',
      'abc',
      '%D9%A1',
      'null',
    ])
      refused(400).check(await get(`/orders/${number.replace(' ', '%20')}`), 'getOrder', number)
  })

  test('TOY-I10: a key buys once, whoever repeats it and how often; another order under it is 409', async () => {
    const before = await stockOf('Clue')
    const order = { name: 'Clue', quantity: 2 }
    const key = { 'Idempotency-Key': 'twice' }
    const answers = await Promise.all(Array.from({ length: 8 }, () => post(order, key)))
    assert.equal(new Set(answers.map(({ text }) => text)).size, 1)
    assert.equal(answers[0]?.status, 200)
    assert.equal(await stockOf('Clue'), before - 2)
    refused(409).check(await post({ ...order, quantity: 3 }, key), 'createOrder', 'another quantity')
    refused(409).check(await post({ ...order, name: 'Tux' }, key), 'createOrder', 'another toy')
    // A refusal is an answer, too.
    const refusedKey = { 'Idempotency-Key': 'refused' }
    const first = await post({ name: 'Clue', quantity: 100 }, refusedKey)
    assert.equal((await post({ name: 'Clue', quantity: 100 }, refusedKey)).text, first.text)
    for (const bad of ['', 'a b', 'x'.repeat(129)])
      refused(400).check(await post(order, { 'Idempotency-Key': bad }), 'createOrder', `key ${bad}`)
    assert.equal(await stockOf('Clue'), before - 2)
  })

  test('TOY-I1: concurrent buys get the numbers that follow, each once; failed ones take none', async () => {
    const next = ((await post({ name: 'Sand', quantity: 1 })).json as { data: { order_number: number } }).data
      .order_number
    const answers = await Promise.all(
      Array.from({ length: 60 }, (_, index) => post({ name: 'Sand', quantity: index % 3 === 0 ? 500 : 1 })),
    )
    const numbers = answers.flatMap(
      ({ json }) => (json as { data?: { order_number: number } }).data?.order_number ?? [],
    )
    assert.deepEqual(
      numbers.toSorted((left, right) => left - right),
      Array.from({ length: 40 }, (_, index) => next + 1 + index),
    )
  })

  test('TOY-I7: a sold-out toy is full again, through the cache too', async (t) => {
    assert.equal((await post({ name: 'Jenga', quantity: 100 })).status, 200)
    assert.equal(await stockOf('Jenga'), 0)
    const startedAt = performance.now()
    while ((await stockOf('Jenga')) === 0)
      assert.ok(performance.now() - startedAt < 60_000, 'never restocked')
    assert.equal(await stockOf('Jenga'), 100)
    t.diagnostic(`restocked after ${((performance.now() - startedAt) / 1_000).toFixed(1)} s`)
  })
})
