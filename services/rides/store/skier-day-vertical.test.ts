import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type OpenStore, openStore } from '../testing/open-store.ts'
import { persistRides } from './persist-rides.ts'
import { readSkierDayVertical, skierDayVerticalStatement } from './skier-day-vertical.ts'

interface Plan {
  'Node Type': string
  'Relation Name': string
  'Actual Rows': number
  'Actual Loops': number
  'Shared Hit Blocks': number
  'Shared Read Blocks': number
}

let store: OpenStore
before(async () => {
  store = await openStore()
  // A season as large as the load schedules make it: the planner chooses by size.
  await store.pool.query(`insert into skier_days (skier_id, season_id, day_id, resort_id, vertical, rides)
    select skier, '2024', day, 1, 410, 2 from generate_series(1000, 20000) skier, generate_series(1, 3) day`)
  for (const [skierID, count] of [
    [1, 1],
    [2, 1_000],
  ] as const)
    await persistRides(
      store.pool,
      Array.from({ length: count }, (_, index) => ({
        id: `00000000-0000-4000-800${skierID}-${String(index).padStart(12, '0')}`,
        ...{ skierID, resortID: 1, seasonID: '2024', dayID: 1, time: (index % 420) + 1, liftID: 21 },
      })),
    )
  await store.pool.query('vacuum analyze')
})
after(() => store[Symbol.asyncDispose]())

test('RID-D14: the vertical of a day is one row by its key, for 1 ride and for 1 000 alike', async () => {
  const one = await planOf(1)
  const thousand = await planOf(2)
  for (const plan of [one, thousand]) {
    assert.match(plan['Node Type'], /^Index (Only )?Scan$/)
    assert.equal(plan['Relation Name'], 'skier_days')
    assert.deepEqual([plan['Actual Rows'], plan['Actual Loops']], [1, 1])
  }
  assert.equal(blocksOf(thousand), blocksOf(one))
})

test('that row is right for both', async () => {
  const day = { resortID: 1, seasonID: '2024', dayID: 1 }
  assert.equal(await readSkierDayVertical(store.pool, { ...day, skierID: 1 }), 210)
  assert.equal(await readSkierDayVertical(store.pool, { ...day, skierID: 2 }), 210_000)
})

async function planOf(skierID: number): Promise<Plan> {
  const explain = `explain (analyze, buffers, format json) ${skierDayVerticalStatement.text}`
  const { rows } = await store.pool.query<{ 'QUERY PLAN': [{ Plan: Plan }] }>(explain, [
    skierID,
    '2024',
    1,
    1,
  ])
  const plan = rows[0]?.['QUERY PLAN'][0].Plan
  assert.ok(plan)
  return plan
}

function blocksOf(plan: Plan): number {
  return plan['Shared Hit Blocks'] + plan['Shared Read Blocks']
}
