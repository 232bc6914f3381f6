import assert from 'node:assert/strict'
import { request } from 'node:http'
import { after, before, test } from 'node:test'
import { type Answer, call } from '@chairlift/kit/testing/call.ts'
import { closeDatabase, openDatabase } from '@chairlift/kit/testing/database-outage.ts'
import { createAnswerCheck, operationsOf, readInterface } from '@chairlift/kit/testing/interface-document.ts'
import { openApiFile } from './generate-openapi.ts'
import { eventually } from './testing/eventually.ts'
import { type RunningRides, startRides } from './testing/start-rides.ts'

const document = readInterface(openApiFile)
const checkAnswer = createAnswerCheck(document)
const seen = new Set<string>()
let rides: RunningRides

before(async () => {
  rides = await startRides()
  for (const skier of [5, 6])
    for (const body of [
      { time: 217, liftID: 21 },
      { time: 30, liftID: 4, waitTime: 3 },
    ])
      assert.equal((await call(rides.url, 'POST', day(skier), body)).status, 201)
  await rides.stored(4)
})
after(() => rides[Symbol.asyncDispose]())

const day = (skier: number | string) => `/skiers/1/seasons/2024/days/1/skiers/${skier}`
const resortDay = '/resorts/1/seasons/2024/day/1'
const ride = { time: 1, liftID: 1 }

/** Checks an answer against the document and remembers that this status of the operation was met. */
function meet(operationId: string, status: number, answer: Answer): void {
  assert.equal(answer.status, status, answer.text)
  checkAnswer(operationId, answer)
  seen.add(`${operationId} ${status}`)
}

const successes: [operationId: string, method: string, path: string, body?: unknown][] = [
  ['writeNewLiftRide', 'POST', day(7), ride],
  ['getSkierDayVertical', 'GET', day(5)],
  ['getSkierResortTotals', 'GET', '/skiers/5/vertical?resort=1'],
  ['getSkierSeasonDays', 'GET', '/skiers/5/seasons/2024/days'],
  ['getResortSkiersDay', 'GET', `${resortDay}/skiers`],
  ['getResortDayRides', 'GET', `${resortDay}/rides`],
  ['getResortDayLifts', 'GET', `${resortDay}/lifts`],
  ['getResortDayHours', 'GET', `${resortDay}/hours`],
  ['getResorts', 'GET', '/resorts'],
  ['getResortSeasons', 'GET', '/resorts/1/seasons'],
  ['addSeason', 'POST', '/resorts/1/seasons', { year: '2019' }],
  ['getPerformanceStats', 'GET', '/statistics'],
]

for (const [operationId, method, path, body] of successes)
  test(`${operationId} answers its success as described`, async () => {
    meet(operationId, method === 'POST' ? 201 : 200, await call(rides.url, method, path, body))
  })

const failures: [operationId: string, status: number, method: string, path: string, body?: unknown][] = [
  ['writeNewLiftRide', 400, 'POST', day('x'), ride],
  ['writeNewLiftRide', 404, 'POST', '/skiers/1/seasons/2024/days/1/skiers', ride],
  ['writeNewLiftRide', 413, 'POST', day(7), { ...ride, padding: 'x'.repeat(16_384) }],
  ['getSkierDayVertical', 400, 'GET', day(0)],
  ['getSkierDayVertical', 404, 'GET', day(999)],
  ['getSkierResortTotals', 400, 'GET', '/skiers/5/vertical'],
  ['getSkierResortTotals', 404, 'GET', '/skiers/5/vertical?resort=2'],
  ['getSkierSeasonDays', 400, 'GET', '/skiers/5/seasons/a.b/days'],
  ['getSkierSeasonDays', 404, 'GET', '/skiers/5/seasons/2023/days'],
  ['getResortSkiersDay', 400, 'GET', '/resorts/1/seasons/2024/day/367/skiers'],
  ['getResortSkiersDay', 404, 'GET', '/resorts/1/seasons/2024/day/2/skiers'],
  ['getResortDayRides', 400, 'GET', '/resorts/1/seasons/x/day/1/rides'],
  ['getResortDayRides', 404, 'GET', '/resorts/1/seasons/2024/day/2/rides'],
  ['getResortDayLifts', 400, 'GET', '/resorts/-1/seasons/2024/day/1/lifts'],
  ['getResortDayLifts', 404, 'GET', '/resorts/1/seasons/2024/day/2/lifts'],
  ['getResortDayHours', 400, 'GET', '/resorts/1/seasons/2024/day/0/hours'],
  ['getResortDayHours', 404, 'GET', '/resorts/1/seasons/2024/day/2/hours'],
  ['getResortSeasons', 400, 'GET', '/resorts/one/seasons'],
  ['getResortSeasons', 404, 'GET', '/resorts/77/seasons'],
  ['addSeason', 400, 'POST', '/resorts/1/seasons', { year: '19' }],
  ['addSeason', 404, 'POST', '/resorts/77/seasons', { year: '2019' }],
  ['addSeason', 413, 'POST', '/resorts/1/seasons', { year: '2019', padding: 'x'.repeat(16_384) }],
]

for (const [operationId, status, method, path, body] of failures)
  test(`${operationId} answers ${status} as described: ${method} ${path}`, async () => {
    meet(operationId, status, await call(rides.url, method, path, body))
  })

for (const [operationId, path, body] of [
  ['writeNewLiftRide', day(7), ride],
  ['addSeason', '/resorts/1/seasons', { year: '2019' }],
] as const)
  test(`${operationId} answers 415 to a body that is not JSON, or is compressed`, async () => {
    const text = await call(rides.url, 'POST', path, JSON.stringify(body), { 'Content-Type': 'text/plain' })
    meet(operationId, 415, text)
    const gzip = await call(rides.url, 'POST', path, body, { 'Content-Encoding': 'gzip' })
    meet(operationId, 415, gzip)
  })

test('any other method on a known path is 405 with Allow and the error shape', async () => {
  for (const path of new Set(operationsOf(document).map((operation) => operation.path))) {
    const answer = await call(rides.url, 'DELETE', path.replaceAll(/\{\w+\}/g, '1'))
    assert.equal(answer.status, 405)
    assert.match(String(answer.headers['allow']), path.endsWith('/seasons') ? /GET, POST, HEAD/ : /GET|POST/)
    assert.match((answer.json as { message: string }).message, /^use (GET|POST)/)
  }
})

test('HEAD answers as GET does, without the body', async () => {
  const answer = await call(rides.url, 'HEAD', day(5))
  assert.deepEqual([answer.status, answer.text], [200, ''])
  assert.equal(answer.headers['content-length'], '3')
})

test('all operations answer 503 with Retry-After while they cannot work', async () => {
  await closeDatabase(rides.database.url)
  for (const [operationId, method, path, body] of successes)
    if (operationId !== 'writeNewLiftRide' && operationId !== 'getPerformanceStats')
      meet(operationId, 503, await call(rides.url, method, path, body))
  await openDatabase(rides.database.url)

  await rides.vhost.remove()
  meet('writeNewLiftRide', 503, await call(rides.url, 'POST', day(7), ride))
  await rides.vhost.create()
})

test('requests above MAX_REQUESTS_IN_FLIGHT are answered 503 at once', async () => {
  const narrow = await rides.start('api', { MAX_REQUESTS_IN_FLIGHT: '1' })
  // A request whose body never ends keeps its place.
  const { port } = new URL(narrow.url)
  const stuck = request({ port, method: 'POST', path: day(7), headers: { 'Content-Length': '10' } })
  stuck.on('error', () => undefined)
  stuck.write('{')
  await eventually(async () => meet('getPerformanceStats', 503, await call(narrow.url, 'GET', '/statistics')))
  stuck.destroy()
})

test('every status of every operation of the document was met above', () => {
  const documented = operationsOf(document).flatMap(({ operationId, responses }) =>
    Object.keys(responses).map((status) => `${operationId} ${status}`),
  )
  assert.deepEqual(
    documented.filter((one) => !seen.has(one)),
    [],
  )
})
