import assert from 'node:assert/strict'
import { test } from 'node:test'
import { makeExampleResult } from '../result/testing/example-result.ts'
import { formatResultCsv } from './result-csv.ts'

test('there is a row for each run and operation, as wide as the header', () => {
  const result = makeExampleResult({ threads: [1, 8], repetitions: 2, requests: 400, operations: ['a', 'b'] })
  const lines = formatResultCsv(result).trimEnd().split('\r\n')
  assert.equal(lines.length, 1 + 2 * 2 * 2)
  assert.equal(new Set(lines.map((line) => line.split(',').length)).size, 1)
  assert.match(
    lines[0] ?? '',
    /^experiment,threads,repetition,operation,requests,ok,failed,retries,wall_seconds,/,
  )
  assert.match(lines[2] ?? '', /^rides-200k,1,1,b,200,200,0,0,/)
})

test('unknown is empty, and names with commas, quotes, breaks or formulas stay text', () => {
  const [run] = makeExampleResult({ threads: [1], requests: 100, operations: ['=1+1,"x"\n'] }).runs
  assert.ok(run)
  const completion = { ...run.completion, completedPerSecond: null, lagSeconds: null }
  const csv = formatResultCsv({
    ...makeExampleResult({ threads: [1], requests: 100 }),
    runs: [{ ...run, completion, queue: { ...run.queue, maxDepth: null } }],
  })
  assert.match(csv, /,"'=1\+1,""x""\n",100,/)
  assert.match(csv, /,,,true,warn\r\n$/)
})
