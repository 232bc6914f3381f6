import assert from 'node:assert/strict'
import { test } from 'node:test'
import { itemsOf } from '../../engine/ledger.ts'
import { generatePhaseEvents, threePhases } from './rides-phases.ts'
import { mainSchedule } from './rides-write.ts'

test('RID-I7: the main schedule is 32 × 1000 start-up posts, then T threads for the rest, once one is done', () => {
  const [startup, main] = mainSchedule({ requests: 200_000, startupThreads: 32, startupRequests: 1_000 }, 128)
  assert.deepEqual(startup?.work, { kind: 'each', items: 1_000 })
  assert.equal(startup?.threads, 32)
  assert.deepEqual(main?.work, { kind: 'shared', items: 168_000 })
  assert.deepEqual(main?.start, { kind: 'afterDone', group: 'start-up', threads: 1 })
  assert.equal(main?.firstItem, 32_000)
  assert.equal(main?.threads, 128)
})

test('a schedule too small for its start-up is sent by the T threads alone', () => {
  const groups = mainSchedule({ requests: 100, startupThreads: 32, startupRequests: 1_000 }, 4)
  assert.deepEqual(groups.map(itemsOf), [100])
})

/** T, phase 1, phase 2 and phase 3 as threads × posts, threads done before phases 2 and 3; R = 10, N = 20 000. */
const published = [
  [32, [8, 5_000], [32, 3_750], [3, 1], [2, 7]],
  [64, [16, 2_500], [64, 1_875], [6, 1], [4, 13]],
  [128, [32, 1_250], [128, 937], [12, 1], [7, 26]],
  [256, [64, 625], [256, 468], [25, 1], [13, 52]],
  [512, [128, 312], [512, 234], [51, 1], [26, 103]],
] as const

test('the three-phase schedule has the counts of the reference for every thread count', () => {
  for (const [threads, ...expected] of published) {
    const phases = threePhases(threads, { skiers: 20_000, runs: 10, coolDown: 'literal' })
    const counts = phases.map(({ group }) => [group.threads, itemsOf(group) / group.threads])
    const before = phases
      .slice(1)
      .map(({ group }) => (group.start.kind === 'afterDone' ? group.start.threads : Number.NaN))
    assert.deepEqual(
      [...counts, before],
      expected.map((part) => [...part]),
      `${threads} threads`,
    )
  }
})

test('the full cool-down adds 20 000 posts', () => {
  const [, , coolDown] = threePhases(128, { skiers: 20_000, runs: 10, coolDown: 'full' })
  assert.equal(itemsOf((coolDown as { group: Parameters<typeof itemsOf>[0] }).group), 12 * 1_666)
})

test('a thread of a phase posts only for skiers of its own range, at minutes of the phase', () => {
  const phases = threePhases(64, { skiers: 20_000, runs: 10, coolDown: 'literal' })
  const events = generatePhaseEvents(phases, { seed: 1, skiers: 20_000, lifts: 40, resorts: 10 })
  for (const { group, skiersPerThread, firstMinute, lastMinute } of phases) {
    const perThread = itemsOf(group) / group.threads
    for (let thread = 0; thread < group.threads; thread++) {
      const first = 1 + thread * skiersPerThread
      for (let index = 0; index < perThread; index++) {
        const item = group.firstItem + thread * perThread + index
        const [skier, minute] = [events.skierID[item] as number, events.minute[item] as number]
        assert.ok(skier >= first && skier < first + skiersPerThread)
        assert.ok(minute >= firstMinute && minute <= lastMinute)
      }
    }
  }
})
