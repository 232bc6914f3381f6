import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Histogram } from '../histogram/histogram.ts'
import { encodeHistogram } from '../histogram/sparse-histogram.ts'
import type { SecondSample } from './load-outcome.ts'
import { Recorder, type SecondReport } from './recorder.ts'
import { SecondMerger } from './second-merger.ts'

function recorded(): { recorder: Recorder; reports: SecondReport[] } {
  const reports: SecondReport[] = []
  const recorder = new Recorder(
    1,
    () => 0.25,
    (report) => reports.push(report),
  )
  return { recorder, reports }
}

test('an attempt belongs to the second in which it ended, and seconds without any are reported too', () => {
  const { recorder, reports } = recorded()
  recorder.beginSeries(10_000)
  recorder.latency(0, true, 5, 10_999)
  recorder.completed(0, true)
  recorder.latency(0, false, 6, 13_000)
  recorder.completed(0, false)
  recorder.finish(13_500)
  assert.deepEqual(
    reports.map(({ second, operations: [operation] }) => [second, operation?.completed, operation?.errors]),
    [
      [0, 1, 0],
      [1, 0, 0],
      [2, 0, 0],
      [3, 1, 1],
    ],
  )
  assert.deepEqual(
    reports.map(({ operations: [operation] }) => [operation?.latency.count, operation?.failedLatency.count]),
    [
      [1, 0],
      [0, 0],
      [0, 0],
      [0, 1],
    ],
  )
})

test('without a measured group nothing is reported', () => {
  const { recorder, reports } = recorded()
  recorder.finishSeconds(1e9)
  recorder.finish(1e9)
  assert.deepEqual(reports, [])
})

test('seconds of several workers come out once each, in order, and their sums equal one histogram of all', () => {
  const samples: SecondSample[] = []
  const merger = new SecondMerger(['read'], 2, (sample) => samples.push(sample))
  const whole = new Histogram()
  for (const worker of [1, 2]) {
    const { recorder, reports } = recorded()
    recorder.beginSeries(0)
    for (let i = 0; i < 3_000; i++) {
      const latencyMs = (i * worker * 7.3) % 400
      recorder.latency(0, true, latencyMs, i * worker)
      recorder.completed(0, true)
      whole.record(latencyMs * 1_000)
    }
    recorder.finish(3_000 * worker)
    for (const report of reports) merger.add(report)
  }
  merger.finish()
  assert.deepEqual(
    samples.map(({ second }) => second),
    [0, 1, 2, 3, 4, 5, 6],
  )
  assert.equal(samples[0]?.completed, 1_500)
  assert.deepEqual(
    encodeHistogram(merger.totals.get('read')?.latency ?? new Histogram()),
    encodeHistogram(whole),
  )
})
