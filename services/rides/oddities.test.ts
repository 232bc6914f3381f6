import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { call } from '@chairlift/kit/testing/call.ts'
import { type RunningRides, startRides } from './testing/start-rides.ts'

let rides: RunningRides
/** Rides accepted so far. */
let accepted = 0
const post = async (path: string, body: object) => {
  const answer = await call(rides.url, 'POST', path, body)
  assert.equal(answer.status, 201)
  accepted++
  return answer
}
const get = async (path: string) => {
  const answer = await call(rides.url, 'GET', path)
  return answer.status === 200 ? answer.json : answer.status
}
const ride = (resort: number, season: string, day: number, skier: number) =>
  `/skiers/${resort}/seasons/${season}/days/${day}/skiers/${skier}`

before(async () => {
  rides = await startRides()
  const posted: [path: string, time: number, liftID: number][] = [
    [ride(1, '2024', 1, 5), 30, 10],
    [ride(1, '2024', 1, 5), 61, 20],
    [ride(1, '2024', 1, 5), 61, 20],
    [ride(1, '2024', 1, 6), 420, 60],
    [ride(1, '2024', 2, 5), 1, 1],
    [ride(2, '2024', 1, 5), 10, 3],
    [ride(2, '2023', 1, 5), 10, 4],
    [ride(42, 'spring-24', 9, 5), 10, 5],
  ]
  for (const [path, time, liftID] of posted) await post(path, { time, liftID })
  await rides.stored(accepted)
})
after(() => rides[Symbol.asyncDispose]())

test('RID-O1: season and day are the same whether text under /skiers or integer under /resorts', async () => {
  assert.equal(await get(ride(1, '2024', 2, 5)), 10)
  assert.deepEqual(await get('/resorts/1/seasons/2024/day/2/skiers'), { time: 'Mission Ridge', numSkiers: 1 })
})

test('RID-O2: the number of skiers comes with the name of the resort, in the field time', async () => {
  assert.deepEqual(await get('/resorts/1/seasons/2024/day/1/skiers'), { time: 'Mission Ridge', numSkiers: 2 })
})

test('RID-O3, RID-O7: a ride is answered 201 with an empty body', async () => {
  const answer = await post(ride(7, '2024', 7, 7), { time: 1, liftID: 1 })
  assert.deepEqual([answer.status, answer.text, answer.headers['content-length']], [201, '', '0'])
})

test('RID-O4: a body with waitTime, or any other third field, is accepted', async () => {
  for (const more of [{ waitTime: 3 }, { waitTime: 0 }, { note: 'x' }, { resortID: -1 }])
    await post(ride(7, '2024', 7, 7), { time: 1, liftID: 1, ...more })
  await rides.stored(accepted)
  assert.equal(await get(ride(7, '2024', 7, 7)), 50)
})

test('RID-O5: every value of resort counts, one row per season in order, each resort once', async () => {
  const totals = async (query: string) =>
    ((await get(`/skiers/5/vertical?${query}`)) as { resorts: unknown }).resorts
  const of2023 = { seasonID: '2023', totalVert: 40 }
  assert.deepEqual(await totals('resort=1'), [{ seasonID: '2024', totalVert: 510 }])
  assert.deepEqual(await totals('resort=2'), [of2023, { seasonID: '2024', totalVert: 30 }])
  assert.deepEqual(await totals('resort=2&resort=1'), [of2023, { seasonID: '2024', totalVert: 540 }])
  assert.deepEqual(await totals('resort=1&resort=1'), [{ seasonID: '2024', totalVert: 510 }])
  assert.deepEqual(await totals('resort=1&resort=2&season=2023'), [of2023])
  assert.deepEqual(await totals('resort=42&season=spring-24'), [{ seasonID: 'spring-24', totalVert: 50 }])
})

test('RID-O6: the resort count is found under day and under days', async () => {
  const path = '/resorts/1/seasons/2024/days/1/skiers'
  assert.deepEqual(await get(path), await get(path.replace('days', 'day')))
  assert.equal(((await get(path)) as { numSkiers: number }).numSkiers, 2)
})

test('RID-O8: a path with parts missing is 404 for POST and GET alike', async () => {
  for (const path of ['/skiers', '/skiers/1/seasons/2024', '/skiers/1/seasons/2024/days/1/skiers'])
    for (const method of ['POST', 'GET'])
      assert.equal((await call(rides.url, method, path, { time: 1, liftID: 1 })).status, 404, path)
})

test('RID-O9: the paths of the interface of 2020 are gone', async () => {
  const old = { resortID: '1', dayID: '1', skierID: '5', time: '217', liftID: '21' }
  assert.equal((await call(rides.url, 'POST', '/skiers/liftrides', old)).status, 404)
  assert.equal(await get('/skiers/1/days/1/skiers/5'), 404)
  assert.equal(await get('/resort/day/top10vert?resort=1&dayID=1'), 404)
})

test('Q1 to Q3: a season of a skier shows days, vertical and lifts over all resorts', async () => {
  assert.deepEqual(await get('/skiers/5/seasons/2024/days'), {
    numDays: 2,
    days: [
      { dayID: 1, totalVert: 530, lifts: [3, 10, 20, 20] },
      { dayID: 2, totalVert: 10, lifts: [1] },
    ],
  })
})

test('Q4 to Q6, RID-I6: rides by lift and by hour both sum to the rides of the day', async () => {
  assert.deepEqual(await get('/resorts/1/seasons/2024/day/1/rides'), { numRides: 4 })
  assert.deepEqual(await get('/resorts/1/seasons/2024/day/1/lifts'), {
    lifts: [
      { liftID: 10, numRides: 1 },
      { liftID: 20, numRides: 2 },
      { liftID: 60, numRides: 1 },
    ],
  })
  assert.deepEqual(await get('/resorts/1/seasons/2024/day/1/hours'), {
    hours: [
      { hour: 1, numRides: 1 },
      { hour: 2, numRides: 2 },
      { hour: 7, numRides: 1 },
    ],
  })
})

test('a resort and a season that a ride mentions are known from then on', async () => {
  const { resorts } = (await get('/resorts')) as { resorts: { resortID: number; resortName: string }[] }
  assert.deepEqual(resorts[0], { resortName: 'Creek Lake', resortID: 0 })
  assert.deepEqual(resorts.at(-1), { resortName: 'Resort 42', resortID: 42 })
  assert.deepEqual(await get('/resorts/42/seasons'), { seasons: ['spring-24'] })
})

test('a season added twice is there once, in order', async () => {
  for (const year of ['2025', '1999', '2025'])
    assert.equal((await call(rides.url, 'POST', '/resorts/3/seasons', { year })).status, 201)
  assert.deepEqual(await get('/resorts/3/seasons'), { seasons: ['1999', '2025'] })
  assert.deepEqual(await get('/resorts/4/seasons'), { seasons: [] })
})

test('RID-D15, RID-D16: the count of skiers follows each ride at once and counts nobody twice', async () => {
  const path = '/resorts/9/seasons/2024/day/3/skiers'
  for (const [skier, expected] of [
    [1, 1],
    [1, 1],
    [2, 2],
    [1, 2],
    [3, 3],
  ] as const) {
    await post(ride(9, '2024', 3, skier), { time: 1, liftID: 1 })
    await rides.stored(accepted)
    // No waiting: the read after the last write is right, so nothing is cached.
    assert.deepEqual(await get(path), { time: 'Larch Mountain', numSkiers: expected })
  }
})

test('statistics have one row per operation used, and none for requests that met no operation', async () => {
  await get('/no/such/path')
  const { endpointStats } = (await get('/statistics')) as {
    endpointStats: { URL: string; operation: string; mean: number; max: number }[]
  }
  assert.ok(endpointStats.every((row) => row.URL.startsWith('/') && row.mean <= row.max))
  const rows = endpointStats.map((row) => `${row.operation} ${row.URL}`)
  assert.ok(rows.includes('POST /skiers/{resortID}/seasons/{seasonID}/days/{dayID}/skiers/{skierID}'))
  assert.equal(new Set(rows).size, rows.length)
})
