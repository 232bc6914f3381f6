import assert from 'node:assert/strict'
import { test } from 'node:test'
import { judgeObjectives, type Measured } from './judge-objectives.ts'
import type { Operation } from './operation-schema.ts'

const latency = { min: 1, mean: 5, p50: 4, p90: 9, p95: 10, p99: 20, p999: 50, max: 80 }
const operation = { count: 1000, ok: 999, failed: 1, latencyMs: latency } as Operation
const measured: Measured = {
  operations: { write: operation },
  throughput: { okPerSecond: 500 },
  queue: { maxDepth: 100 },
  completion: { lagSeconds: 1.5 },
}

test('each objective is met at its limit and missed just beyond it', () => {
  const all = (limits: { p99: number; errorRate: number; depth: number; lagMs: number; rate: number }) =>
    judgeObjectives(
      {
        latencyMs: { p99: limits.p99 },
        errorRate: limits.errorRate,
        maxQueueDepth: limits.depth,
        completionLagMs: limits.lagMs,
        minThroughputPerSecond: limits.rate,
      },
      measured,
    )
  const atLimit = all({ p99: 20, errorRate: 0.001, depth: 100, lagMs: 1500, rate: 500 })
  assert.deepEqual(atLimit, [
    { name: 'p99', unit: 'ms', limit: 20, actual: 20, met: true },
    { name: 'errorRate', unit: 'fraction', limit: 0.001, actual: 0.001, met: true },
    { name: 'maxQueueDepth', unit: 'messages', limit: 100, actual: 100, met: true },
    { name: 'completionLag', unit: 's', limit: 1.5, actual: 1.5, met: true },
    { name: 'minThroughput', unit: 'requests/s', limit: 500, actual: 500, met: true },
  ])
  const beyond = all({ p99: 19.99, errorRate: 0.00099, depth: 99, lagMs: 1499, rate: 501 })
  assert.ok(beyond.every(({ met }) => !met))
})

test('a latency objective is about the slowest operation', () => {
  const slow = { ...operation, latencyMs: { ...latency, p99: 70 } }
  const [result] = judgeObjectives(
    { latencyMs: { p99: 50 } },
    { ...measured, operations: { slow, fast: operation } },
  )
  assert.deepEqual([result?.actual, result?.met], [70, false])
})

test('what was not measured is not met, and what has no objective is not judged', () => {
  const unknown: Measured = {
    operations: { write: { ...operation, count: 0, ok: 0, failed: 0, latencyMs: { ...latency, p99: null } } },
    throughput: { okPerSecond: 0 },
    queue: { maxDepth: null },
    completion: { lagSeconds: null },
  }
  const objectives = { latencyMs: { p99: 1 }, errorRate: 1, maxQueueDepth: 1, completionLagMs: 1 }
  assert.deepEqual(
    judgeObjectives(objectives, unknown).map(({ actual, met }) => [actual, met]),
    [
      [null, false],
      [null, false],
      [null, false],
      [null, false],
    ],
  )
  assert.deepEqual(judgeObjectives({ latencyMs: {} }, measured), [])
})
