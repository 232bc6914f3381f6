import assert from 'node:assert/strict'
import { test } from 'node:test'
import { generateRideEvents, type RideEventOptions } from './ride-events.ts'

const main: RideEventOptions = {
  count: 200_000,
  seed: 1,
  skiers: 100_000,
  resorts: 10,
  lifts: 40,
  minutes: 360,
  order: 'uniform',
  firstDay: 1,
  perDay: 200_000,
}

test('the same seed gives the same events, another seed others', () => {
  const [first, again, other] = [1, 1, 2].map((seed) => generateRideEvents({ ...main, count: 1_000, seed }))
  assert.deepEqual(first?.skierID, again?.skierID)
  assert.deepEqual(first?.liftID, again?.liftID)
  assert.notDeepEqual(first?.skierID, other?.skierID)
})

test('the main schedule has the sanity values of the reference: ranges, mean vertical, distinct skiers per resort', () => {
  const events = generateRideEvents(main)
  let vertical = 0
  const skiers = new Map<number, Set<number>>()
  for (let item = 0; item < events.count; item++) {
    const [skier, resort, lift, minute] = [
      events.skierID[item] as number,
      events.resortID[item] as number,
      events.liftID[item] as number,
      events.minute[item] as number,
    ]
    assert.ok(skier >= 1 && skier <= 100_000 && resort >= 1 && resort <= 10)
    assert.ok(lift >= 1 && lift <= 40 && minute >= 1 && minute <= 360 && events.dayID[item] === 1)
    vertical += 10 * lift
    const of = skiers.get(resort) ?? new Set()
    skiers.set(resort, of.add(skier))
  }
  // Σ ≈ 41.0 · 10⁶ m with σ 0.05 · 10⁶, about 18 127 distinct skiers per resort; five sigmas.
  assert.ok(Math.abs(vertical - 41.0e6) < 0.25e6, `${vertical}`)
  for (const [resort, of] of skiers)
    assert.ok(Math.abs(of.size - 18_127) < 700, `resort ${resort}: ${of.size}`)
})

test('the sequential variant gives every skier exactly two rides on each of three days at resort 1', () => {
  const events = generateRideEvents({ ...main, count: 600_000, order: 'sequential' })
  const rides = new Map<string, number>()
  for (let item = 0; item < events.count; item++) {
    assert.equal(events.resortID[item], 1)
    const key = `${events.skierID[item]} ${events.dayID[item]}`
    rides.set(key, (rides.get(key) ?? 0) + 1)
  }
  assert.equal(rides.size, 300_000)
  assert.ok([...rides.values()].every((count) => count === 2))
})
