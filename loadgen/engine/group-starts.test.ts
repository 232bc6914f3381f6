import assert from 'node:assert/strict'
import { test } from 'node:test'
import { GroupStarts } from './group-starts.ts'
import type { GroupStart, ThreadGroup } from './types.ts'

function group(name: string, threads: number, start: GroupStart): ThreadGroup {
  return { name, threads, start, firstItem: 0, work: { kind: 'shared', items: 10 }, measured: true }
}

test('groups start by the clock with their delays', () => {
  const starts = new GroupStarts([
    group('a', 1, { kind: 'immediately' }),
    group('b', 1, { kind: 'immediately', delayMs: 2_000 }),
    group('c', 1, { kind: 'afterDone', group: 'a', threads: 1 }),
  ])
  assert.deepEqual(starts.byClock(), [
    { group: 0, delayMs: 0 },
    { group: 1, delayMs: 2_000 },
  ])
})

test('a group starts once, when enough threads of another have ended, even if they end together', () => {
  const starts = new GroupStarts([
    group('start-up', 8, { kind: 'immediately' }),
    group('peak', 32, { kind: 'afterDone', group: 'start-up', threads: 2 }),
    group('cool-down', 3, { kind: 'afterDone', group: 'peak', threads: 7 }),
  ])
  assert.deepEqual(starts.threadsDone(0, 1), [])
  assert.deepEqual(starts.threadsDone(0, 3), [1])
  assert.deepEqual(starts.threadsDone(0, 4), [])
  assert.deepEqual(starts.threadsDone(1, 6), [])
  assert.deepEqual(starts.threadsDone(1, 1), [2])
})

test('all is done when every thread of every group has ended', () => {
  const starts = new GroupStarts([
    group('a', 2, { kind: 'immediately' }),
    group('b', 1, { kind: 'afterDone', group: 'a', threads: 1 }),
  ])
  starts.threadsDone(0, 2)
  assert.equal(starts.allDone, false)
  starts.threadsDone(1, 1)
  assert.equal(starts.allDone, true)
})

test('a group may start some time after what it waits for, and end with the others', () => {
  const readers: ThreadGroup = {
    ...group('readers', 3, { kind: 'afterDone', group: 'a', threads: 2 }),
    endsWithOthers: true,
  }
  const starts = new GroupStarts([
    group('a', 2, { kind: 'immediately' }),
    group('b', 1, { kind: 'afterDone', group: 'a', threads: 1, delayMs: 2_000 }),
    readers,
  ])
  assert.deepEqual(starts.threadsDone(0, 1), [1])
  assert.equal(starts.delayAfterDone(1), 2_000)
  assert.deepEqual(starts.threadsDone(0, 1), [2])
  assert.equal(starts.delayAfterDone(2), 0)
  assert.deepEqual(starts.toBeEnded(), [])
  starts.threadsDone(1, 1)
  assert.deepEqual(starts.toBeEnded(), [2])
  assert.equal(starts.allDone, false)
  starts.threadsDone(2, 3)
  assert.deepEqual(starts.toBeEnded(), [])
  assert.equal(starts.allDone, true)
})
