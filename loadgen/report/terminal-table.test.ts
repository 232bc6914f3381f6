import assert from 'node:assert/strict'
import { test } from 'node:test'
import { makeExampleResult } from '../result/testing/example-result.ts'
import { renderTerminalTable } from './terminal-table.ts'

const sweep = makeExampleResult({ threads: [1, 64, 4096], requests: 3000 })

function tableLines(text: string): string[] {
  return text.split('\n\n')[0]?.split('\n') ?? []
}

for (const columns of [80, 120])
  test(`the table fits ${columns} columns, has a row for each run and lines up`, () => {
    const lines = tableLines(renderTerminalTable(sweep, columns))
    assert.equal(lines.length, 3 + sweep.runs.length)
    assert.ok(
      lines.every((line) => [...line].length <= columns),
      lines.join('\n'),
    )
    const ends = [lines[0], ...lines.slice(3)].map((line) => line?.length)
    assert.equal(new Set(ends).size, 1, lines.join('\n'))
  })

test('the columns are the figures one compares runs by', () => {
  const [head] = tableLines(renderTerminalTable(sweep, 80))
  assert.deepEqual(head?.trim().split(/\s+/), [
    ...['threads', 'accepted', 'completed', 'p50', 'p99', 'max', 'failed', 'depth', 'lag', 'checks', 'valid'],
  ])
})

test('below the table stands the verdict, and before it every failed check, doubt and missed objective', () => {
  const sound = makeExampleResult({ threads: [1, 64], requests: 3000 })
  assert.match(renderTerminalTable(sound, 80), /\n\n✓ The service completed up to .*\n$/)
  const troubled = renderTerminalTable(
    makeExampleResult({ threads: [8], requests: 2000, troubled: true }),
    80,
  )
  assert.match(
    troubled,
    /✗ 8 threads: RID-I1 every accepted ride is stored exactly once: expected 1996, got 1993 \(first/,
  )
  assert.match(troubled, /! 8 threads: threads spent 13\.0 % of their time outside requests/)
  assert.match(troubled, /✗ 8 threads: objective errorRate: 0\.20 %, limit 0\.10 %/)
  assert.match(troubled, /\n\n✗ A check failed after the only run/)
})

test('several operations have a table of their own', () => {
  const result = makeExampleResult({ threads: [8], requests: 2000, operations: ['postAlbum', 'getAlbum'] })
  assert.match(renderTerminalTable(result, 80), /8 postAlbum +[\d,]+/)
  assert.match(renderTerminalTable(result, 80), /8 getAlbum +[\d,]+/)
})

test('what was not measured is a dash', () => {
  const [run] = sweep.runs
  assert.ok(run)
  const unmeasured = {
    ...run,
    completion: { ...run.completion, lagSeconds: null, completedPerSecond: null },
    queue: { ...run.queue, maxDepth: null },
  }
  const row = tableLines(renderTerminalTable({ ...sweep, runs: [unmeasured] }, 80))[3]
    ?.trim()
    .split(/\s+/)
  assert.deepEqual([row?.[2], row?.[7], row?.[8]], ['–', '–', '–'])
})

test('no escape sequence of a name reaches the terminal', () => {
  const hostile = '\u001b]0;owned\u0007\u009b31m\u202e\r'
  const result = makeExampleResult({
    threads: [8],
    requests: 200,
    operations: [hostile, 'b'],
    troubled: true,
  })
  const attacked = {
    ...result,
    failure: hostile,
    runs: result.runs.map((run) => ({
      ...run,
      validity: { verdict: 'invalid' as const, reasons: [hostile] },
    })),
  }
  for (const verdict of ['verification-failed', 'internal-error'] as const)
    assert.doesNotMatch(renderTerminalTable({ ...attacked, verdict }, 80), /[[\p{Cc}\p{Cf}]--[\n]]/v)
})
