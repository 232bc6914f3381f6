import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startTestServer } from '../engine/testing/test-server.ts'
import type { Experiment } from '../experiment/experiment.ts'
import { parseExperiment } from '../experiment/parse-experiment.ts'
import { describeEnvironment } from '../result/describe-environment.ts'
import { makeExampleResult } from '../result/testing/example-result.ts'
import { runExperiment } from '../run/run-experiment.ts'
import { judgeProbe } from './judge-probe.ts'
import { renderSearch, renderSearchTable } from './render-search.ts'
import { SearchError, searchRate } from './search-rate.ts'

function experimentOf(more = 'objectives: {p99: 60ms, errorRate: 0.1%}'): Experiment {
  return parseExperiment(
    `apiVersion: chairlift.dev/v1alpha1
kind: Experiment
metadata: {name: capacity}
spec:
  workload: http
  target: {url: 'http://127.0.0.1:1'}
  matrix: {threads: [16]}
  http: {requests: [{name: work, path: /}]}
  ${more}
`,
    'capacity.yaml',
  )
}

test('a real server of known capacity: no rate above it is called held, in at most 9 probes', async (t) => {
  const capacityPerSecond = 250
  let freeAtMs = 0
  // One worker that needs 4 ms for each request; a slow machine can only make it slower.
  await using server = await startTestServer((_request, response) => {
    const nowMs = performance.now()
    freeAtMs = Math.max(nowMs, freeAtMs) + 1_000 / capacityPerSecond
    setTimeout(() => response.end('{}'), freeAtMs - nowMs)
  })
  const outcome = await searchRate({
    experiment: experimentOf(),
    probeSeconds: 1,
    mostProbes: 9,
    run: (experiment) =>
      runExperiment({
        experiment,
        target: server.url,
        environment: describeEnvironment({}, null),
        chairliftVersion: '0',
        progress: { note: () => {}, runStarts: () => {}, second: () => {}, runEnds: () => {} },
        signal: AbortSignal.timeout(120_000),
      }),
    onProbe: () => {},
  })
  t.diagnostic(renderSearchTable(outcome, 120))
  assert.ok(
    ['confirmed', 'unconfirmed', 'none', 'generator-limit'].includes(outcome.end),
    outcome.failure ?? '',
  )
  const [closed, ...open] = outcome.probes
  assert.equal(closed?.kind, 'closed')
  assert.ok(closed.okPerSecond <= 1.05 * capacityPerSecond, `${closed.okPerSecond} in a closed loop`)
  assert.ok(outcome.probes.length <= 9)
  // In a second, 10 % too much is a backlog of 100 ms in the end, more than the objective.
  for (const { ratePerSecond, held } of open)
    assert.ok(!held || (ratePerSecond ?? 0) <= 1.15 * capacityPerSecond, `${ratePerSecond} held`)
  assert.doesNotMatch(renderSearch(outcome), /NaN|Infinity|undefined|<script/)
})

const { runs } = makeExampleResult({ threads: [8], requests: 400 })
const objectives = { latencyMs: { p99: 200 }, errorRate: 0.001 }

test('a probe is held only when objectives, achievement, level flight and generator allow it', () => {
  const [example] = runs
  assert.ok(example)
  const good = { ...example, validity: { verdict: 'valid' as const, reasons: [] } }
  assert.deepEqual(judgeProbe(good, objectives, 1_000), { held: true, reasons: [], isGeneratorLimit: false })
  const slow = judgeProbe(good, { latencyMs: { p99: 0.1 } }, 1_000)
  assert.match(slow.reasons.join(), /^p99 [\d.]+ ms, limit 0.1 ms$/)
  const dropping = judgeProbe({ ...good, client: { ...good.client, dropped: 9 } }, objectives, 1_000)
  assert.match(dropping.reasons.join(), /9 requests dropped.*400 of 409 requests done, fewer than 99 %/)
  const second = good.series[0]
  assert.ok(second)
  const growing = {
    ...good,
    wallSeconds: 20,
    series: Array.from({ length: 20 }, (_, index) => ({ ...second, second: index, inFlight: 40 * index })),
  }
  assert.match(judgeProbe(growing, objectives, 1_000).reasons.join(), /in flight grew by 40\.0 each second/)
  const invalid = { ...good, validity: { verdict: 'invalid' as const, reasons: ['busy'] } }
  assert.deepEqual(judgeProbe(invalid, objectives, 1_000), {
    held: false,
    reasons: ['busy'],
    isGeneratorLimit: true,
  })
})

test('an unreachable service and an experiment that cannot be searched are told', async () => {
  const result = { ...makeExampleResult({ threads: [1], requests: 10 }), runs: [], failure: 'refused' }
  const search = (experiment: Experiment) =>
    searchRate({
      experiment,
      probeSeconds: 1,
      run: () => Promise.resolve({ ...result, verdict: 'target-unreachable' as const }),
      onProbe: () => {},
    })
  const outcome = await search(experimentOf())
  assert.deepEqual([outcome.end, outcome.failure], ['target-unreachable', 'refused'])
  await assert.rejects(search(experimentOf('seed: 1')), SearchError)
  const withFault = 'objectives: {p99: 60ms}\n  faults: [{at: 1s, kill: {server: redis}}]'
  await assert.rejects(search(experimentOf(withFault)), /take out spec\.faults/)
})
