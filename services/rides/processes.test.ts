import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { call } from '@chairlift/kit/testing/call.ts'
import { freshDatabase } from '@chairlift/kit/testing/fresh-database.ts'
import { freshVhost } from '@chairlift/kit/testing/fresh-vhost.ts'
import { startProcess } from './testing/rides-process.ts'
import { type RunningRides, startRides } from './testing/start-rides.ts'

let rides: RunningRides
before(async () => {
  rides = await startRides()
})
after(() => rides[Symbol.asyncDispose]())

test('four processes started at once on an empty database migrate it once', async () => {
  await using database = await freshDatabase()
  await using vhost = await freshVhost()
  const addresses = { DATABASE_URL: database.url, AMQP_URL: vhost.url }
  const roles = ['api', 'writer', 'api', 'writer'] as const
  const processes = await Promise.all(roles.map((role) => startProcess(role, addresses)))
  const [first, , second] = processes
  assert.ok(first && second)
  const path = '/skiers/1/seasons/2024/days/1/skiers/5'
  assert.equal((await call(first.url, 'POST', path, { time: 1, liftID: 1 })).status, 201)
  assert.equal((await call(second.url, 'GET', '/resorts')).status, 200)
  await Promise.all(processes.map((one) => one.end('SIGKILL')))
})

test('SIGTERM ends both processes with exit code 0, and what was accepted is stored', async () => {
  const answers = Array.from({ length: 100 }, (_, skier) =>
    call(rides.url, 'POST', `/skiers/1/seasons/2024/days/1/skiers/${skier + 1}`, { time: 1, liftID: 1 }),
  )
  for (const answer of answers) assert.equal((await answer).status, 201)
  assert.equal(await rides.writer.end('SIGTERM'), 0)
  assert.equal(await rides.api.end('SIGTERM'), 0)
  await rides.start('writer')
  await rides.stored(100)
})

test('URL_PREFIX puts every path behind it, and only there', async () => {
  const api = await rides.start('api', { URL_PREFIX: '/JavaServlets_war' })
  assert.equal((await call(api.url, 'GET', '/JavaServlets_war/resorts')).status, 200)
  assert.equal((await call(api.url, 'GET', '/resorts')).status, 404)
})

test('a wrong configuration ends the process and names every wrong variable', async () => {
  await assert.rejects(
    startProcess('writer', { BATCH_EVENTS: 'many', AMQP_URL: 'http://x' }),
    (error: Error) => {
      for (const name of ['BATCH_EVENTS', 'AMQP_URL', 'DATABASE_URL'])
        assert.match(error.message, new RegExp(name))
      return true
    },
  )
})
