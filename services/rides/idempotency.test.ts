import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { call } from '@chairlift/kit/testing/call.ts'
import { eventually } from './testing/eventually.ts'
import { type RunningRides, startRides } from './testing/start-rides.ts'

let rides: RunningRides
before(async () => {
  rides = await startRides()
})
after(() => rides[Symbol.asyncDispose]())

const skierDay = (skier: number | string) => `/skiers/1/seasons/2024/days/1/skiers/${skier}`
const post = async (skier: number | string, body: object, key?: string) => {
  const headers: Record<string, string> = key === undefined ? {} : { 'Idempotency-Key': key }
  assert.equal((await call(rides.url, 'POST', skierDay(skier), body, headers)).status, 201)
}

/** Vertical of a skier once everything posted so far is stored: a ride of our own, posted last, is seen by then. */
let sentinels = 0
const verticalAfterAll = async (skier: number) => {
  const sentinel = 1_000 + ++sentinels
  await post(sentinel, { time: 1, liftID: 1 })
  await eventually(async () => assert.equal((await call(rides.url, 'GET', skierDay(sentinel))).status, 200))
  return (await call(rides.url, 'GET', skierDay(skier))).json
}

test('the same request with the same key is one ride, also when all are under way at once', async () => {
  await Promise.all(Array.from({ length: 40 }, () => post(1, { time: 217, liftID: 21 }, 'key-1')))
  await post(1, { time: 217, liftID: 21 }, 'key-1')
  assert.equal(await verticalAfterAll(1), 210)
})

test('the key holds whatever process takes the request, and however its path is spelt', async () => {
  const other = await rides.start('api')
  await post(2, { time: 217, liftID: 21 }, 'key-2')
  const headers = { 'Idempotency-Key': 'key-2' }
  const again = { liftID: 21, time: 217.0, waitTime: 5 }
  assert.equal((await call(other.url, 'POST', skierDay('%32'), again, headers)).status, 201)
  assert.equal((await call(other.url, 'POST', `${skierDay(2)}/`, again, headers)).status, 201)
  assert.equal(await verticalAfterAll(2), 210)
})

test('the same key with another body, or another skier, is another ride: nothing accepted is dropped', async () => {
  await post(3, { time: 217, liftID: 21 }, 'key-3')
  await post(3, { time: 217, liftID: 22 }, 'key-3')
  await post(3, { time: 218, liftID: 21 }, 'key-3')
  await post(4, { time: 217, liftID: 21 }, 'key-3')
  assert.equal(await verticalAfterAll(3), 210 + 220 + 210)
  assert.equal(await verticalAfterAll(4), 210)
})

test('without a key two equal requests are two rides', async () => {
  await post(5, { time: 217, liftID: 21 })
  await post(5, { time: 217, liftID: 21 })
  assert.equal(await verticalAfterAll(5), 420)
})

test('a key may have 255 visible ASCII characters', async () => {
  const key = `${'!~'.repeat(127)}x`
  assert.equal(key.length, 255)
  await post(6, { time: 217, liftID: 21 }, key)
  await post(6, { time: 217, liftID: 21 }, key)
  assert.equal(await verticalAfterAll(6), 210)
})
