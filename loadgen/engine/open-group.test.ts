import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Histogram } from '../histogram/histogram.ts'
import { decodeHistogram } from '../histogram/sparse-histogram.ts'
import { OpenGroup, type Pacer } from './open-group.ts'
import { fakeLaneContext } from './testing/fake-lane-context.ts'
import { closedGroup } from './testing/test-server.ts'
import type { OpenArrival } from './types.ts'

/** An open group on two fake connections with a pacer that wakes when the test says so. */
function openGroup(items: number, open: OpenArrival) {
  const group = closedGroup(2, items, { open })
  const { context, connections, seconds } = fakeLaneContext([group])
  const lag = new Histogram()
  const done: number[] = []
  let wake = () => {}
  const pacer: Pacer = {
    prepare: (ready) => ready(),
    start: (_startMs, callback) => {
      wake = callback
    },
    stop: () => {},
  }
  const threads = [0, 1].map((number) => ({ inRun: number, inGroup: number }))
  const opened = new OpenGroup(
    { group, index: 0, threads, share: { worker: 0, workers: 1 } },
    { open, pacer, lag },
    context,
    { prepared: () => {}, threadsDone: (_group, number) => done.push(number) },
  )
  opened.prepare()
  return { opened, context, connections, seconds, lag, done, wake: () => wake() }
}

test('arrivals are issued when they are due; above maxInFlight they are dropped, not queued', () => {
  const { opened, connections, lag, done, wake } = openGroup(20, {
    ratePerSecond: 1_000,
    distribution: 'constant',
    maxInFlight: 5,
  })
  // All twenty have been due for a while: two are sent, three wait, the others are dropped.
  opened.start(performance.now() - 1_000)
  wake()
  const [first, second] = connections
  assert.deepEqual([first?.sent, second?.sent], [['/0'], ['/1']])
  assert.deepEqual([opened.sums().scheduled, opened.sums().dropped], [20, 15])
  assert.equal(lag.count, 20)
  assert.ok(lag.maxUs >= 999_000, 'the first was issued a second late')
  first?.answer(200)
  first?.answer(200)
  second?.answer(200)
  assert.deepEqual(
    [first?.sent, second?.sent],
    [
      ['/0', '/2', '/3'],
      ['/1', '/4'],
    ],
  )
  assert.deepEqual(done, [])
  first?.answer(200)
  second?.answer(200)
  assert.deepEqual(done, [2])
})

test('latency counts from the intended start, however late the request was sent', () => {
  const open: OpenArrival = { ratePerSecond: 100, distribution: 'constant', maxInFlight: 10 }
  const { opened, context, connections, seconds, wake } = openGroup(1, open)
  const startMs = performance.now() - 700
  context.recorder.beginSeries(startMs)
  opened.start(startMs)
  wake()
  connections[0]?.answer(200)
  context.recorder.finish(startMs)
  const latency = seconds[0]?.operations[0]?.latency
  assert.ok(latency !== undefined)
  assert.ok(decodeHistogram(latency).percentileUs(50) >= 700_000)
})

test('nothing is sent before it is due', () => {
  const open: OpenArrival = { ratePerSecond: 1, distribution: 'constant', maxInFlight: 10 }
  const { opened, connections, wake } = openGroup(2, open)
  opened.start(performance.now() + 3_600_000)
  wake()
  assert.deepEqual(
    connections.map(({ sent }) => sent.length),
    [0, 0],
  )
})
