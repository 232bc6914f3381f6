import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Ledger } from '../../engine/ledger.ts'
import { ledgerHadAmbiguousAttempt, outcome } from '../../engine/types.ts'
import { expectRides, within } from './expected-rides.ts'
import { generateRideEvents } from './ride-events.ts'

const count = 6
const events = generateRideEvents({
  count,
  seed: 1,
  skiers: 1,
  resorts: 1,
  lifts: 1,
  minutes: 1,
  order: 'uniform',
  firstDay: 1,
  perDay: count,
})

/** All six events are rides of 10 m of skier 1; only their outcomes differ. */
function expectFor(entries: readonly number[], idempotent: boolean) {
  const ledger = new Ledger(new SharedArrayBuffer(count), 0, 1)
  entries.forEach((entry, item) => {
    ledger.write(item, 0, entry)
  })
  return expectRides(events, ledger, { idempotent, retries: 5 })
}

test('without ambiguous answers the expectation is exact: acknowledged rides count, rejected and unsent do not', () => {
  const expected = expectFor(
    [outcome.ok, outcome.ok, outcome.rejected, outcome.unsent, outcome.ok, outcome.unsent],
    true,
  )
  assert.deepEqual(expected.rides, { least: 3, most: 3 })
  assert.deepEqual(expected.verticalBySkier.get(1), { least: 30, most: 30 })
  assert.deepEqual(expected.skiersByResortDay.get('1 1'), { least: 1, most: 1 })
})

test('an ambiguous ride may be stored or not; a skier known only by it may be counted or not', () => {
  const expected = expectFor([outcome.ambiguous, outcome.unsent], true)
  assert.deepEqual(expected.rides, { least: 0, most: 1 })
  assert.deepEqual(expected.skiersByResortDay.get('1 1'), { least: 0, most: 1 })
})

test('with an idempotency key a retried ride counts once; without, every ambiguous attempt may count', () => {
  const retried = outcome.ok | ledgerHadAmbiguousAttempt
  assert.deepEqual(expectFor([retried], true).rides, { least: 1, most: 1 })
  assert.deepEqual(expectFor([retried], false).rides, { least: 1, most: 6 })
})

test('a ride rejected after an ambiguous attempt may have been stored by that attempt', () => {
  assert.deepEqual(expectFor([outcome.rejected | ledgerHadAmbiguousAttempt], true).rides, {
    least: 0,
    most: 1,
  })
})

test('bounds hold their ends and nothing beyond', () => {
  assert.deepEqual(
    [0, 1, 2, 3].map((value) => within(value, { least: 1, most: 2 })),
    [false, true, true, false],
  )
})
