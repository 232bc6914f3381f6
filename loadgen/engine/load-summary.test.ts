import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { SecondSample } from './load-outcome.ts'
import { littlesLawOf, mergeGroupSums, plateauOf } from './load-summary.ts'
import { closedGroup } from './testing/test-server.ts'
import type { GroupSums } from './worker-group.ts'

const sums: GroupSums = {
  firstStartMs: 1_000,
  lastStartMs: 1_000,
  firstDoneMs: 9_000,
  lastDoneMs: 9_000,
  threadMs: 0,
  requestMs: 0,
  pausedMs: 0,
  scheduled: 0,
  dropped: 0,
  waitsForItem: 0,
}

function second(number: number, completed: number): SecondSample {
  return {
    second: number,
    completed,
    errors: 0,
    inFlight: 0,
    activeThreads: 0,
    dropped: 0,
    eventLoopUtilization: 0,
    operations: {},
  }
}

test('the plateau is the whole seconds in which every thread of the largest measured group was active', () => {
  const groups = [
    closedGroup(500, 1, { name: 'warm-up', measured: false }),
    closedGroup(8, 1, { name: 'start-up' }),
    closedGroup(32, 1, { name: 'main' }),
  ]
  const main = { ...sums, lastStartMs: 3_200, firstDoneMs: 6_900 }
  const seconds = Array.from({ length: 9 }, (_, i) => second(i, i * 10))
  // From 2.2 s to 5.9 s after the origin: the seconds 3 and 4.
  const plateau = plateauOf(groups, [sums, sums, main], seconds, 1_000)
  assert.deepEqual(plateau, { group: 'main', fromSecond: 3, toSecond: 5, throughput: 35 })
  const short = { ...main, firstDoneMs: 4_100 }
  assert.equal(plateauOf(groups, [sums, sums, short], seconds, 1_000), null)
})

test("Little's law: thread time that is neither request nor pause is the client's gap", () => {
  const groups = [
    closedGroup(4, 1),
    closedGroup(4, 1, { name: 'warm-up', measured: false }),
    closedGroup(4, 1, { name: 'open', open: { ratePerSecond: 1, distribution: 'constant', maxInFlight: 1 } }),
  ]
  const busy = { ...sums, threadMs: 12_000, pausedMs: 2_000, requestMs: 9_500 }
  assert.deepEqual(littlesLawOf(groups, [busy, busy, busy]), {
    threadSeconds: 12,
    requestSeconds: 9.5,
    pausedSeconds: 2,
    gap: 0.05,
  })
})

test('a group over several workers starts with its first thread and ends with its last', () => {
  const merged = mergeGroupSums([
    { ...sums, firstStartMs: 5, lastStartMs: 7, firstDoneMs: 90, lastDoneMs: 100, threadMs: 1, dropped: 2 },
    { ...sums, firstStartMs: 6, lastStartMs: 9, firstDoneMs: 80, lastDoneMs: 95, threadMs: 2, dropped: 3 },
  ])
  const { firstStartMs, lastStartMs, firstDoneMs, lastDoneMs, threadMs, dropped } = merged
  assert.deepEqual(
    [firstStartMs, lastStartMs, firstDoneMs, lastDoneMs, threadMs, dropped],
    [5, 9, 80, 100, 3, 5],
  )
})
