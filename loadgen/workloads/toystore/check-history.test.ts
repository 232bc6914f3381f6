import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { seededRandom } from '../../engine/arrival-schedule.ts'
import { type Buy, checkHistory, type History, type ToyRead } from './check-history.ts'

/** A history of one toy with 100 pieces, no request and nothing stored. */
function quiet(): { -readonly [K in keyof History]: History[K] } {
  const stock = new Map([['Tux', 100]])
  return { initial: stock, firstNumber: 0, reads: [], buys: [], stored: [], final: stock }
}

const buy = (startMs: number, endMs: number, outcome: Buy['outcome'], quantity = 1): Buy => ({
  toy: 'Tux',
  quantity,
  startMs,
  endMs,
  outcome,
})
const read = (startMs: number, endMs: number, quantity: number): ToyRead => ({
  toy: 'Tux',
  startMs,
  endMs,
  quantity,
})
const stored = (...quantities: number[]) =>
  quantities.map((quantity, number) => ({ number, name: 'Tux', quantity }))
const failed = (history: History) =>
  checkHistory(history)
    .filter(({ passed }) => !passed)
    .map(({ id }) => id)
const left = (quantity: number) => new Map([['Tux', quantity]])

describe('histories that are right', () => {
  test('nothing happened', () => assert.deepEqual(failed(quiet()), []))

  test('a read while a buy is under way may show either stock', () => {
    for (const quantity of [100, 99]) {
      const history = { ...quiet(), buys: [buy(10, 20, 0)], stored: stored(1), final: left(99) }
      assert.deepEqual(failed({ ...history, reads: [read(12, 18, quantity)] }), [])
    }
  })

  test('a buy without an answer may have been executed, or not', () => {
    const unknown = { ...quiet(), buys: [buy(10, 20, 'unknown')] }
    assert.deepEqual(failed(unknown), [])
    assert.deepEqual(
      failed({ ...unknown, stored: stored(1), final: left(99), reads: [read(30, 40, 99)] }),
      [],
    )
  })

  test('a sold-out toy refuses, and is full again after a restock', () => {
    const history = {
      ...quiet(),
      buys: [buy(0, 10, 0, 100), buy(20, 30, 'refused'), buy(50, 60, 1, 5)],
      reads: [read(12, 14, 0), read(40, 45, 100), read(70, 80, 95)],
      stored: stored(100, 5),
      final: left(95),
    }
    assert.deepEqual(failed(history), [])
  })

  test('a toy that was sold out at the beginning may still be, or be full', () => {
    const soldOut = { ...quiet(), initial: left(0) }
    assert.deepEqual(failed({ ...soldOut, final: left(0) }), [])
    assert.deepEqual(failed({ ...soldOut, final: left(100), reads: [read(0, 1, 0), read(5, 6, 100)] }), [])
  })

  test('the last restock may have happened or not', () => {
    const soldOut = { ...quiet(), buys: [buy(0, 10, 0, 100)], stored: stored(100) }
    assert.deepEqual(failed({ ...soldOut, final: left(0) }), [])
    assert.deepEqual(
      failed({ ...soldOut, final: left(100), reads: [read(20, 21, 0), read(30, 31, 100)] }),
      [],
    )
  })
})

describe('histories that are wrong', () => {
  const bought = { ...quiet(), buys: [buy(10, 20, 0)], stored: stored(1), final: left(99) }

  test('TOY-I6 TOY-D1: a read that began after a buy was acknowledged shows the stock from before', () => {
    assert.deepEqual(failed({ ...bought, reads: [read(21, 25, 100)] }), ['TOY-I6'])
  })

  test('TOY-I6: the stock of a buy is seen before the buy began', () => {
    assert.deepEqual(failed({ ...bought, reads: [read(1, 5, 99)] }), ['TOY-I6'])
  })

  test('TOY-I6: a toy goes back to an older version between two reads during a buy', () => {
    const reads = [read(11, 12, 99), read(13, 14, 100)]
    assert.deepEqual(failed({ ...bought, reads }), ['TOY-I6'])
  })

  test('TOY-I6: a quantity that the toy never had', () => {
    assert.deepEqual(failed({ ...bought, reads: [read(0, 40, 42)] }), ['TOY-I6'])
  })

  test('TOY-I4: refused although there was enough', () => {
    assert.deepEqual(failed({ ...quiet(), buys: [buy(0, 10, 'refused')] }), ['TOY-I6'])
  })

  test('TOY-I2 TOY-D3 TOY-D4: an acknowledged order is gone', () => {
    assert.ok(failed({ ...bought, stored: [], final: left(100) }).includes('TOY-I2'))
  })

  test('TOY-I2 TOY-I14: an order has another quantity than acknowledged', () => {
    assert.ok(failed({ ...bought, stored: stored(2), final: left(98) }).includes('TOY-I2'))
  })

  test('TOY-I1 TOY-D7: a number is given twice', () => {
    const history = { ...bought, buys: [buy(10, 20, 0), buy(30, 40, 0)] }
    assert.ok(failed(history).includes('TOY-I1'))
  })

  test('TOY-I1 TOY-D10: stored numbers have a gap', () => {
    const gap = [
      { number: 0, name: 'Tux', quantity: 1 },
      { number: 2, name: 'Tux', quantity: 1 },
    ]
    const history = { ...quiet(), buys: [buy(0, 1, 0), buy(2, 3, 2)], stored: gap, final: left(98) }
    assert.deepEqual(failed(history), ['TOY-I1'])
  })

  test('TOY-I10 TOY-D19: a buy was executed twice', () => {
    assert.deepEqual(failed({ ...bought, stored: stored(1, 1), final: left(98) }), ['TOY-I9'])
  })

  test('TOY-I11: a later order has a lower number', () => {
    const buys = [buy(10, 20, 1), buy(30, 40, 0)]
    assert.ok(failed({ ...quiet(), buys, stored: stored(1, 1), final: left(98) }).includes('TOY-I11'))
  })

  test('TOY-I3 TOY-D6: stock was taken without an order', () => {
    assert.deepEqual(failed({ ...bought, final: left(98) }), ['TOY-I3'])
  })

  test('TOY-I3 TOY-D14: more was sold than there was', () => {
    const history = { ...quiet(), buys: [buy(0, 1, 0, 60), buy(2, 3, 1, 60)], stored: stored(60, 60) }
    assert.ok(failed({ ...history, final: left(-20) }).includes('TOY-I3'))
  })
})

/** Executes requests at chosen moments within their intervals, as a right service would. */
function simulateService(seed: number) {
  const random = seededRandom(seed)
  const requests = Array.from({ length: 400 }, () => {
    const startMs = random() * 4_000
    const endMs = startMs + 1 + random() * 30
    return { startMs, endMs, atMs: startMs + random() * (endMs - startMs), buys: random() < 0.5 }
  }).sort((left, right) => left.atMs - right.atMs)
  let stock = 100
  const [buys, reads, orders]: [Buy[], ToyRead[], number[]] = [[], [], []]
  for (const { startMs, endMs, buys: isBuy } of requests) {
    if (!isBuy) {
      reads.push(read(startMs, endMs, stock))
      continue
    }
    const quantity = 1 + Math.floor(random() * 3)
    if (stock < quantity) buys.push(buy(startMs, endMs, 'refused', quantity))
    else {
      stock -= quantity
      buys.push(buy(startMs, endMs, orders.length, quantity))
      orders.push(quantity)
    }
    if (stock === 0 && random() < 0.3) stock = 100
  }
  return { ...quiet(), buys, reads, stored: stored(...orders), final: left(stock) }
}

test('what a right service does is accepted, whatever the timing', () => {
  for (let seed = 1; seed <= 50; seed++) assert.deepEqual(failed(simulateService(seed)), [], `seed ${seed}`)
})

test('one stale read among hundreds of requests is found', () => {
  let planted = 0
  for (let seed = 1; seed <= 50; seed++) {
    const history = simulateService(seed)
    const bought = history.buys.filter(({ outcome }) => typeof outcome === 'number')
    const last = bought.at(-20) as Buy
    const before = history.reads.filter(({ endMs }) => endMs < last.startMs).at(-1)
    const after = history.reads.find(({ startMs }) => startMs > last.endMs)
    if (!before || !after || before.quantity === after.quantity) continue
    planted++
    const reads = [...history.reads, read(last.endMs + 0.1, last.endMs + 0.2, before.quantity + 1)]
    assert.ok(failed({ ...history, reads }).includes('TOY-I6'), `seed ${seed}`)
  }
  assert.ok(planted > 20, `only ${planted} histories could be spoiled`)
})
