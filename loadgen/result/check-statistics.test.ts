import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkStatistics } from './check-statistics.ts'
import type { Run } from './run-schema.ts'
import { makeExampleResult } from './testing/example-result.ts'

function exampleRun(): Run {
  const [run] = makeExampleResult({ threads: [16], requests: 3000, operations: ['write', 'read'] }).runs
  assert.ok(run)
  return structuredClone(run)
}

function failuresOf(change: (run: Run) => void): string[] {
  const run = exampleRun()
  change(run)
  return checkStatistics(run)
    .filter(({ passed }) => !passed)
    .map(({ id, name }) => `${id} ${name.split(' ').slice(0, 3).join(' ')}`)
}

test('C4: statistics that fit each other pass', () => {
  assert.deepEqual(
    failuresOf(() => {}),
    [],
  )
})

test('C4: percentiles out of order, lost samples, a wrong rate and lost seconds each fail their own check', () => {
  const read = (run: Run) => {
    assert.ok(run.operations.read)
    return run.operations.read
  }
  assert.deepEqual(
    failuresOf((run) => {
      read(run).latencyMs.p50 = 1e6
    }),
    ['C4 min ≤ median'],
  )
  assert.deepEqual(
    failuresOf((run) => {
      read(run).histogram.count--
    }),
    ['C4 as many latency'],
  )
  assert.deepEqual(
    failuresOf((run) => {
      read(run).attempts++
    }),
    ['C4 as many latency'],
  )
  assert.deepEqual(
    failuresOf((run) => {
      run.wallSeconds *= 1.01
    }),
    ['C4 throughput × wall'],
  )
  assert.deepEqual(
    failuresOf((run) => {
      run.series.pop()
    }),
    ['C6 the requests of'],
  )
})
