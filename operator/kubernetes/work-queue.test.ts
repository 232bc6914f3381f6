import assert from 'node:assert/strict'
import { test } from 'node:test'
import { eventually } from '@chairlift/kit/testing/eventually.ts'
import { TerminalError, WorkQueue } from './work-queue.ts'

test('a hundred additions of a key are at most two runs, never two at once', async () => {
  let active = 0
  let runs = 0
  const gate = Promise.withResolvers<void>()
  const queue = new WorkQueue({
    concurrency: 8,
    onError: () => undefined,
    async handle() {
      runs++
      assert.equal(++active, 1)
      await gate.promise
      active--
      return {}
    },
  })
  for (let index = 0; index < 100; index++) queue.add('key')
  gate.resolve()
  await eventually('no more work', () => queue.active === 0 && queue.depth === 0)
  assert.equal(runs, 2)
  await queue.stop()
})

test('different keys run side by side, as many as allowed', async () => {
  const started: string[] = []
  const gate = Promise.withResolvers<void>()
  const queue = new WorkQueue({
    concurrency: 3,
    onError: () => undefined,
    async handle(key) {
      started.push(key)
      await gate.promise
      return {}
    },
  })
  for (const key of ['a', 'b', 'c', 'd', 'e']) queue.add(key)
  assert.deepEqual([started, queue.depth, queue.active], [['a', 'b', 'c'], 2, 3])
  gate.resolve()
  await eventually('all have run', () => started.length === 5)
  await queue.stop()
})

test('a failure is tried again until it succeeds, and success makes the next failure a first one', async () => {
  const outcomes = ['error', 'error', 'ok', 'error', 'ok']
  const attempts: number[] = []
  let runs = 0
  const queue = new WorkQueue({
    concurrency: 1,
    firstBackoffMs: 1,
    onError: (_, __, attempt) => attempts.push(attempt),
    handle() {
      if (outcomes[runs++] === 'error') return Promise.reject(new Error('broken'))
      return Promise.resolve(runs < outcomes.length ? { requeueAfterMs: 1 } : {})
    },
  })
  queue.add('key')
  await eventually('five runs', () => runs === 5)
  assert.deepEqual(attempts, [0, 1, 0])
  await queue.stop()
})

test('a terminal error is not tried again, but a new addition is', async () => {
  let runs = 0
  const queue = new WorkQueue({
    concurrency: 1,
    firstBackoffMs: 1,
    onError: () => undefined,
    handle() {
      runs++
      return Promise.reject(new TerminalError('for good'))
    },
  })
  queue.add('key')
  await eventually('a run', () => runs === 1 && queue.active === 0)
  queue.add('other')
  await eventually('the other has run, the first one not again', () => runs === 2 && queue.active === 0)
  queue.add('key')
  await eventually('the first one has run again', () => runs === 3)
  await queue.stop()
})

test('of several waits the earliest counts, and an addition ends the wait', async () => {
  let runs = 0
  const queue = new WorkQueue({
    concurrency: 1,
    onError: () => undefined,
    handle() {
      runs++
      return Promise.resolve({ requeueAfterMs: 3_600_000 })
    },
  })
  queue.addAfter('key', 3_600_000)
  queue.addAfter('key', 1)
  queue.addAfter('key', 3_600_000)
  await eventually('the earliest', () => runs === 1)
  queue.add('key')
  await eventually('the addition', () => runs === 2)
  await queue.stop()
})

test('stop tells who runs, waits for them, and starts nobody else', async () => {
  const log: string[] = []
  const queue = new WorkQueue({
    concurrency: 1,
    onError: () => log.push('error'),
    async handle(key, signal) {
      log.push(`${key} began`)
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()))
      log.push(`${key} ended`)
      return { requeueAfterMs: 1 }
    },
  })
  queue.add('first')
  queue.add('second')
  await queue.stop()
  queue.add('third')
  assert.deepEqual(log, ['first began', 'first ended'])
})
