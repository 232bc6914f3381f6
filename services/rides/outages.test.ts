import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { call } from '@chairlift/kit/testing/call.ts'
import { closeDatabase, openDatabase, setReadOnly } from '@chairlift/kit/testing/database-outage.ts'
import { eventually } from './testing/eventually.ts'
import { type RunningRides, startRides } from './testing/start-rides.ts'

let rides: RunningRides
/** Every ride accepted so far, by skier-day; at the end of each test exactly these must be stored. */
let accepted = 0

before(async () => {
  rides = await startRides({ PUBLISH_CONFIRM_TIMEOUT_MS: '1000' })
  await accept(1)
  await rides.stored(accepted)
})
after(() => rides[Symbol.asyncDispose]())

const skierDay = (skier: number) => `/skiers/1/seasons/2024/days/1/skiers/${skier}`
const post = (skier: number, { url = rides.url, key = randomUUID() as string } = {}) =>
  call(url, 'POST', skierDay(skier), { time: 217, liftID: 21 }, { 'Idempotency-Key': key })
const read = (skier: number) => call(rides.url, 'GET', skierDay(skier))

async function accept(skier: number): Promise<void> {
  const answer = await post(skier)
  assert.equal(answer.status, 201, answer.text)
  accepted++
}

function assertUnavailable(answer: Awaited<ReturnType<typeof call>>): void {
  assert.equal(answer.status, 503)
  assert.match(String(answer.headers['retry-after']), /^[1-9][0-9]*$/)
  assert.match((answer.json as { message: string }).message, /^temporarily unavailable/)
}

/** RID-I1 and RID-I2 for all that this file posted, and nothing given up. */
async function assertAllStoredOnce(): Promise<void> {
  await rides.stored(accepted)
  const [row] = await rides.sql<{ vertical: number; lifts: number; resort: number }>(
    `select (select sum(vertical)::int from skier_days) as vertical, (select 10 * sum(lift_id)::int from rides) as lifts,
            (select sum(rides)::int from resort_days) as resort`,
  )
  assert.deepEqual(row, { vertical: 210 * accepted, lifts: 210 * accepted, resort: accepted })
  assert.equal(await rides.writer.metric('chairlift_consumer_parked_total'), 0)
}

/** Waits until a batch has failed at the database once more. */
async function writerRetries(): Promise<void> {
  const before = await rides.writer.metric('chairlift_consumer_retries_total')
  await eventually(async () =>
    assert.ok((await rides.writer.metric('chairlift_consumer_retries_total')) > before),
  )
}

test('RID-D13: with the database down a read is 503 with Retry-After, and writes are accepted', async () => {
  await closeDatabase(rides.database.url)
  assertUnavailable(await read(1))
  for (let skier = 100; skier < 120; skier++) await accept(skier)
  assertUnavailable(await read(100))
  await openDatabase(rides.database.url)
  await assertAllStoredOnce()
  assert.equal((await read(100)).json, 210)
})

test('RID-D4: while the store fails nothing is acknowledged or parked; afterwards every ride is there', async () => {
  await setReadOnly(rides.database.url, true)
  for (let skier = 200; skier < 260; skier++) await accept(skier)
  await writerRetries()
  assert.ok((await rides.writer.metric('chairlift_consumer_unacked_messages')) > 0, 'held, not acknowledged')
  assert.equal((await read(1)).json, 210, 'reads go on')
  await setReadOnly(rides.database.url, false)
  await assertAllStoredOnce()
})

test('RID-D6: once everything is stored, nothing stays unacknowledged', async () => {
  for (let skier = 300; skier < 303; skier++) await accept(skier)
  await rides.stored(accepted)
  await eventually(async () =>
    assert.equal(await rides.writer.metric('chairlift_consumer_unacked_messages'), 0),
  )
})

test('RID-D2: a writer killed with a batch in its hands doubles nothing and loses nothing', async () => {
  await setReadOnly(rides.database.url, true)
  for (let skier = 400; skier < 440; skier++) await accept(skier)
  await writerRetries()
  const { writer } = rides
  await writer.end('SIGKILL')
  await setReadOnly(rides.database.url, false)
  rides.writer = await rides.start('writer')
  await assertAllStoredOnce()
})

test('RID-D5: connections closed by RabbitMQ come back by themselves', async () => {
  for (const connection of ['publisher', 'consumer']) {
    await rides.vhost.closeConnections(connection)
    // The outcome of an attempt may be unknown; its key makes sure that the ride counts once.
    await eventually(async () => assert.equal((await post(500, { key: 'once' })).status, 201))
  }
  accepted++
  for (let skier = 501; skier < 520; skier++) await accept(skier)
  await assertAllStoredOnce()
})

test('RID-D3: without a confirmation by RabbitMQ a ride is 503, never 201; reads go on', async () => {
  await rides.vhost.remove()
  for (let count = 0; count < 20; count++) assertUnavailable(await post(600))
  assert.equal((await read(1)).json, 210)
  assert.equal((await fetch(`${rides.api.adminUrl}/readyz`)).status, 200, 'still good for reads')
  await rides.vhost.create()
  await eventually(() => accept(601))
  await assertAllStoredOnce()
})

test('RID-D3: an API process that never reached RabbitMQ refuses rides and is not ready', async () => {
  // Nothing listens on port 1.
  const api = await rides.start('api', { AMQP_URL: 'amqp://127.0.0.1:1' }, false)
  assertUnavailable(await post(700, { url: api.url }))
  assert.equal((await call(api.url, 'GET', skierDay(1))).json, 210)
  const readiness = await fetch(`${api.adminUrl}/readyz`)
  assert.equal(readiness.status, 503)
  assert.match(await readiness.text(), /rabbitmq not connected/)
})
