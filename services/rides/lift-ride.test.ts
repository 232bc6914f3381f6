import assert from 'node:assert/strict'
import { test } from 'node:test'
import { HttpError } from '@chairlift/kit/http/http-error.ts'
import { checkLiftRideEvent, hourOf, parseLiftRide, parseSkierDay, verticalOf } from './lift-ride.ts'

const path = { resortID: '1', seasonID: '2024', dayID: '1', skierID: '123' }
const event = {
  id: '0193c0de-0000-7000-8000-000000000001',
  resortID: 1,
  seasonID: '2024',
  dayID: 1,
  skierID: 123,
  time: 217,
  liftID: 21,
}

test('vertical is ten metres for each number of the lift', () => {
  assert.deepEqual([1, 21, 60].map(verticalOf), [10, 210, 600])
})

test('an hour of the ski day holds minutes 1 to 60, and the seventh ends with minute 420', () => {
  assert.deepEqual([1, 60, 61, 120, 121, 360, 361, 420].map(hourOf), [1, 1, 2, 2, 3, 6, 7, 7])
})

test('a ride is made of the path and of the body, and unknown fields stay outside', () => {
  const body = { time: 217, liftID: 21, waitTime: 3, note: 'x' }
  const { id: _, ...fields } = event
  assert.deepEqual(parseLiftRide(path, body), fields)
})

test('the ends of every range are accepted', () => {
  const lowest = { resortID: '0', seasonID: 'a', dayID: '1', skierID: '1' }
  const highest = { resortID: '2147483647', seasonID: 'Z_-9'.repeat(8), dayID: '366', skierID: '2147483647' }
  assert.equal(parseSkierDay(lowest).resortID, 0)
  assert.deepEqual(parseSkierDay(highest), {
    resortID: 2_147_483_647,
    seasonID: 'Z_-9'.repeat(8),
    dayID: 366,
    skierID: 2_147_483_647,
  })
  assert.equal(parseLiftRide(path, { time: 1, liftID: 1, waitTime: 0 }).time, 1)
  assert.equal(parseLiftRide(path, { time: 420, liftID: 60, waitTime: 1_440 }).liftID, 60)
})

const otherSpellings = ['01', '+1', '1.0', '1e0', '0x1', ' 1', '1 ', '1\n', '١', '１', '']
for (const name of ['resortID', 'dayID', 'skierID'])
  test(`${name} has one spelling only: no two paths name the same ride`, () => {
    for (const spelling of otherSpellings)
      assert.throws(
        () => parseSkierDay({ ...path, [name]: spelling }),
        (error) =>
          error instanceof HttpError && error.code === 'invalid_input' && error.message.startsWith(name),
        JSON.stringify(spelling),
      )
  })

test('a season is 1 to 32 letters, digits, _ or -, and nothing that ends in a newline', () => {
  for (const season of [
    '',
    'a'.repeat(33),
    '2024\n',
    '20 24',
    '20.24',
    '2024/25',
    'é',
    '\u202e2024',
    undefined,
  ])
    assert.throws(() => parseSkierDay({ ...path, seasonID: season }), /^HttpError: seasonID must be/)
})

test('an event of a message passes only if every field is right', () => {
  assert.equal(checkLiftRideEvent(event), event)
  for (const name of Object.keys(event)) {
    const missing: Record<string, unknown> = { ...event }
    delete missing[name]
    assertFault(missing, name)
    for (const wrong of [null, [], {}, true, Number.NaN, -1, 1.5, 2 ** 53, '', 'x'.repeat(100), '\0'])
      assertFault({ ...event, [name]: wrong }, name)
  }
})

test('whatever a message holds in place of an event is a fault and never throws', () => {
  for (const value of [undefined, null, 0, '', 'x', true, [], [event], {}, { events: [event] }, () => event])
    assert.match((checkLiftRideEvent(value) as { fault: string }).fault, /^not a lift ride: event/)
})

test('an id must be a UUID in lower case, so that one ride cannot have two ids', () => {
  for (const id of [event.id.toUpperCase(), `{${event.id}}`, event.id.replaceAll('-', ''), `${event.id}\n`])
    assertFault({ ...event, id }, 'id')
})

function assertFault(value: unknown, names: string): void {
  const result = checkLiftRideEvent(value)
  assert.ok('fault' in result, `accepted: ${JSON.stringify(value)}`)
  assert.match(result.fault, new RegExp(`^not a lift ride: .*\\b${names}\\b`))
}
