import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type Answer, call } from '@chairlift/kit/testing/call.ts'
import { createAnswerCheck, readInterface } from '@chairlift/kit/testing/interface-document.ts'
import { openApiFile } from './generate-openapi.ts'
import { type RunningRides, startRides } from './testing/start-rides.ts'

const checkAnswer = createAnswerCheck(readInterface(openApiFile))
const ride = { time: 217, liftID: 21 }
let rides: RunningRides

before(async () => {
  rides = await startRides()
})
after(() => rides[Symbol.asyncDispose]())

/** 400 or 404 in the interface's shape, a message that says what is wrong, and nothing of the input in it. */
function assertRefused(operationId: string, answer: Answer, names?: string, input = ''): void {
  assert.ok(answer.status === 400 || answer.status === 404, `${answer.status} ${answer.text}`)
  checkAnswer(operationId, answer)
  const { message } = answer.json as { message: string }
  if (names) {
    assert.equal(answer.status, 400)
    assert.ok(message.includes(names), `"${message}" does not name ${names}`)
  }
  if (input.length > 8) assert.ok(!message.includes(input), `"${message}" quotes the input`)
}

const badIntegers: [what: string, value: string][] = [
  ['negative', '-1'],
  ['minus zero', '-0'],
  ['2^31', '2147483648'],
  ['2^63', '9223372036854775808'],
  ['a hundred digits', '9'.repeat(100)],
  ['a fraction', '1.5'],
  ['an integral fraction', '1.0'],
  ['an exponent', '1e1'],
  ['hexadecimal', '0x10'],
  ['octal', '010'],
  ['a plus sign', '+1'],
  ['a space before', ' 1'],
  ['a space after', '1 '],
  ['a newline', '1\n'],
  ['CRLF', '1\r\nX: y'],
  ['NUL', '1\0'],
  ['Arabic digits', '١'],
  ['full-width digits', '１'],
  ['right-to-left override', '\u202e1'],
  ['a word', 'NaN'],
  ['SQL', '1; drop table rides --'],
  ['a quote', "1' or '1'='1"],
  ['a lookup', '${jndi:ldap://x}'],
  ['a path', '../1'],
  ['two ids', '1,2'],
]
const outOfRange: [name: string, value: string][] = [
  ['dayID', '0'],
  ['dayID', '367'],
  ['dayID', '2147483647'],
  ['skierID', '0'],
]

for (const name of ['resortID', 'dayID', 'skierID'])
  test(`RID-D7: ${name} that is no integer of its range is refused`, async () => {
    const ranges = outOfRange
      .filter(([field]) => field === name)
      .map(([, value]) => ['range', value] as const)
    for (const [what, value] of [...badIntegers, ...ranges]) {
      const path = skierDay({ [name]: value })
      for (const answer of [await call(rides.url, 'POST', path, ride), await call(rides.url, 'GET', path)])
        try {
          assertRefused('writeNewLiftRide', answer, name, value)
        } catch (error) {
          throw new Error(`${name} with ${what}`, { cause: error })
        }
    }
  })

test('RID-D7: a season that is no plain short name is refused', async () => {
  for (const season of [
    'a'.repeat(33),
    '20 24',
    '2024/25',
    '2024.',
    '2024\0',
    '2024\r\n',
    'é',
    '<script>',
    "'--",
  ]) {
    const answer = await call(rides.url, 'POST', skierDay({ seasonID: season }), ride)
    assertRefused('writeNewLiftRide', answer, 'seasonID', season)
  }
})

const badBodies: [names: string, body: string][] = [
  ['time', '{"liftID":21}'],
  ['liftID', '{"time":217}'],
  ['time, liftID', '{}'],
  ['body', ''],
  ...[0, -1, 421, 1.5, '1e999', '9007199254740993', '"217"', 'null', 'true', '[1]', '{}', '-0', '""'].map(
    (value): [string, string] => ['body.time', `{"time":${value},"liftID":21}`],
  ),
  ...[0, -1, 61, 0.1, '1e9', '-1e999', '2147483648', '"21"', 'null', 'false', '[]'].map(
    (value): [string, string] => ['body.liftID', `{"time":217,"liftID":${value}}`],
  ),
  ...[-1, 1_441, 1.5, '"3"', 'null'].map((value): [string, string] => [
    'body.waitTime',
    `{"time":217,"liftID":21,"waitTime":${value}}`,
  ]),
  ['body.time', '{"time":217,"liftID":21,"time":0}'],
  ['time', '{"__proto__":{"time":217},"liftID":21}'],
  ['time, liftID', '{"constructor":{"prototype":{"time":217,"liftID":21}}}'],
  ['object', 'null'],
  ['object', '[]'],
  ['object', '[{"time":217,"liftID":21}]'],
  ['object', '217'],
  ['object', '"{\\"time\\":217,\\"liftID\\":21}"'],
  ['object', '['.repeat(8_000) + ']'.repeat(8_000)],
  ['not valid JSON', '{"time":217,"liftID":21'],
  ['not valid JSON', '{time:217,liftID:21}'],
  ['not valid JSON', '{"time":NaN,"liftID":21}'],
  ['not valid JSON', '{"time":0x10,"liftID":21}'],
  ['not valid JSON', '{"time":021,"liftID":21}'],
  ['not valid JSON', '{"time":217,"liftID":21}{}'],
  ['not valid JSON', '\0'],
]

test(`RID-D7: ${badBodies.length} bodies with a value out of range or of another type are refused`, async () => {
  for (const [names, body] of badBodies)
    try {
      assertRefused('writeNewLiftRide', await call(rides.url, 'POST', skierDay({}), body), names, body)
    } catch (error) {
      throw new Error(`body ${body.slice(0, 80)}`, { cause: error })
    }
})

test('paths that are no path of the interface are 404 or 400', async () => {
  const paths = [
    '/skiers//seasons/2024/days/1/skiers/5',
    '/skiers/1/seasons//days/1/skiers/5',
    `${skierDay({})}/x`,
  ]
  const undecodable = ['%', '%zz', '%ff', '%c0%af', '%ed%a0%80'].map(
    (text) => `/skiers/${text}/vertical?resort=1`,
  )
  for (const path of [...paths, ...undecodable, '//', '/..', '/%2e%2e/resorts', '/skiers/1', '/__proto__'])
    assertRefused('getSkierResortTotals', await call(rides.url, 'GET', path))
})

test('query parameters that cannot be meant are refused', async () => {
  for (const query of [
    '',
    '?',
    '?resort',
    '?resort=',
    '?resort=%00',
    '?resort=1&resort=',
    '?resort[]=1',
    '?Resort=1',
  ])
    assertRefused(
      'getSkierResortTotals',
      await call(rides.url, 'GET', `/skiers/5/vertical${query}`),
      'resort',
    )
  for (const query of ['?resort=1&season=', '?resort=1&season=%00'])
    assertRefused(
      'getSkierResortTotals',
      await call(rides.url, 'GET', `/skiers/5/vertical${query}`),
      'season',
    )
  // More values than the query parser reads would be dropped without a word.
  const many = `?${Array.from({ length: 1_001 }, (_, index) => `resort=${index}`).join('&')}`
  assertRefused(
    'getSkierResortTotals',
    await call(rides.url, 'GET', `/skiers/5/vertical${many}`),
    'query values',
  )
})

test('query texts of any kind are compared, never executed', async () => {
  for (const text of [
    "1' or '1'='1",
    '1; drop table rides',
    '\ud83c\udfbf',
    '\u202e1',
    '%',
    '*',
    '1\r\n',
    'x'.repeat(8_000),
  ]) {
    const value = encodeURIComponent(text)
    for (const query of [`resort=${value}`, `resort=1&season=${value}`])
      assertRefused('getSkierResortTotals', await call(rides.url, 'GET', `/skiers/5/vertical?${query}`))
  }
})

test('a season to add must have a year of four digits', async () => {
  for (const year of ['', '19', '20190', '20a4', '٢٠٢٤', '20\r\n', 2019, null, ['2019'], undefined])
    assertRefused('addSeason', await call(rides.url, 'POST', '/resorts/1/seasons', { year }), 'year')
})

test('an Idempotency-Key that is empty, too long or not visible ASCII is refused', async () => {
  for (const key of ['', 'k'.repeat(256), 'k'.repeat(10_000), 'two words', 'k\ty', 'ké', '"k" "k"']) {
    const answer = await call(rides.url, 'POST', skierDay({}), ride, { 'Idempotency-Key': key })
    assertRefused('writeNewLiftRide', answer, 'Idempotency-Key', key)
  }
})

test('texts with NUL, CRLF, RTL and markup in unknown fields do no harm', async () => {
  const hostile = { note: '\0\r\n\u202e\u200d\u{1f3bf}<script>', __proto__: 1, constructor: 1, toString: 1 }
  assert.equal((await call(rides.url, 'POST', skierDay({}), { ...ride, ...hostile })).status, 201)
})

test('of all the requests of this file only the one that was accepted is stored', async () => {
  await rides.stored(1)
  const [row] = await rides.sql('select skier_id, resort_id, season_id, day_id, minute, lift_id from rides')
  assert.deepEqual(row, { skier_id: 5, resort_id: 1, season_id: '2024', day_id: 1, minute: 217, lift_id: 21 })
  assert.deepEqual(await rides.sql('select * from seasons'), [{ resort_id: 1, season_id: '2024' }])
  assert.equal(await rides.writer.metric('chairlift_consumer_parked_total'), 0)
})

/** A path whose ids are as given, percent-encoded, and else those of the one good ride. */
function skierDay(ids: Record<string, string>): string {
  const { resortID, seasonID, dayID, skierID } = {
    resortID: '1',
    seasonID: '2024',
    dayID: '1',
    skierID: '5',
    ...ids,
  }
  const [resort, season, day, skier] = [resortID, seasonID, dayID, skierID].map(encodeURIComponent)
  return `/skiers/${resort}/seasons/${season}/days/${day}/skiers/${skier}`
}
