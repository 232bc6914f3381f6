import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seededRandom } from '../statistics/random.ts'
import { compareResults } from './compare-results.ts'
import { NotComparableError } from './compared-runs.ts'
import { countFalseAlarms } from './false-alarms.ts'
import { readMetric } from './metrics.ts'
import { simulateResult } from './testing/simulated-result.ts'

const sides = [{ parameters: { build: 'old' } }, { parameters: { build: 'new' }, slowness: 1.1 }]

/** One experiment that varies `build`, `runsPerSide` runs each, taken in turn. */
function compareBuilds(seed: number, runsPerSide: number, slowness = 1.1, noise = 0.02) {
  const [old = {}, changed = {}] = sides
  const result = simulateResult({
    cells: [old, { ...changed, slowness }],
    runs: 2 * runsPerSide,
    random: seededRandom(seed),
    noise,
  })
  return compareResults(
    { result, label: 'old', where: { build: 'old' } },
    { result, label: 'new', where: { build: 'new' } },
  )
}

test('a planted 10 % slow-down is found with 5 runs a side', (t) => {
  const found = Array.from({ length: 40 }, (_, seed) => compareBuilds(seed, 5).finding)
  const hits = found.filter((finding) => finding === 'worse').length
  t.diagnostic(`found in ${hits} of 40 experiments with 2 % noise from run to run`)
  assert.ok(hits >= 38, `${hits} of 40`)
  assert.ok(!found.includes('better') && !found.includes('mixed'))
})

test('a found slow-down is told with its size, its interval and which way is worse', () => {
  const { cells, cautions, finding, runsNeeded } = compareBuilds(3, 6)
  assert.equal(finding, 'worse')
  assert.equal(runsNeeded, 5)
  assert.deepEqual(cautions, [])
  const [cell] = cells
  assert.equal(cells.length, 1)
  const throughput = cell?.metrics.find(({ metric }) => metric === 'throughput')
  assert.ok(throughput?.ratioInterval)
  assert.ok(throughput.ratio > 0.87 && throughput.ratio < 0.95)
  assert.ok(throughput.ratioInterval.low < throughput.ratio && throughput.ratioInterval.high < 1)
  assert.ok(throughput.adjustedP >= throughput.p)
  assert.ok((cell?.cliffsDelta ?? 0) > 0, 'latencies of B tend to be higher')
})

test('A/A: at most 5 % of 200 pairs of identical runs differ, though 4 figures are looked at', (t) => {
  const result = simulateResult({ cells: [{}], runs: 2_000, random: seededRandom(5), noise: 0.05 })
  const { pairs, interleaved } = countFalseAlarms([{ result, label: 'same' }])
  t.diagnostic(`${interleaved.alarms} alarms in ${pairs} pairs`)
  assert.equal(pairs, 200)
  assert.ok(interleaved.rate <= 0.05, `${interleaved.alarms} of ${pairs}`)
})

test('A/A on a machine with weather: interleaved runs keep their level, runs one after the other do not', (t) => {
  const result = simulateResult({ cells: [{}], runs: 1_000, random: seededRandom(6), weather: 0.9 })
  const { pairs, interleaved, consecutive } = countFalseAlarms([{ result, label: 'same' }])
  t.diagnostic(`of ${pairs}: interleaved ${interleaved.alarms}, one after the other ${consecutive.alarms}`)
  assert.ok(interleaved.rate <= 0.05)
  assert.ok(consecutive.rate > 0.1)
})

test('too few runs are told apart from no difference', () => {
  const { finding, cells, runsNeeded } = compareBuilds(1, 3, 2)
  assert.equal(finding, 'undecidable')
  assert.equal(runsNeeded, 5)
  assert.equal(cells[0]?.metrics[0]?.ratioInterval, null)
  assert.equal(compareBuilds(1, 5, 1).finding, 'no-difference')
})

test('threads are compared each with its like, and what only one side has is left out and said', () => {
  const random = seededRandom(9)
  const a = simulateResult({ cells: [{ threads: 1 }, { threads: 8 }], runs: 12, random })
  const b = simulateResult({ cells: [{ threads: 8 }, { threads: 64 }], runs: 12, random })
  const comparison = compareResults(
    { result: a, label: 'a', where: {} },
    { result: b, label: 'b', where: {} },
  )
  assert.deepEqual(
    comparison.cells.map(({ threads }) => threads),
    [8],
  )
  assert.ok(
    comparison.cautions.some((caution) => /^12 runs left out that only one side has made/.test(caution)),
  )
})

test('results made one after the other, on other machines or with other parameters carry a caution', () => {
  const a = simulateResult({ cells: [{}], runs: 6, random: seededRandom(1) })
  const later = a.runs.map((run) => ({ ...run, startedAt: '2026-11-22T00:00:00.000Z' }))
  const b = {
    ...a,
    runs: later,
    environment: { ...a.environment, hostHash: 'other' },
    experiment: { ...a.experiment, parameters: { requests: 7 } },
  }
  const { cautions } = compareResults(
    { result: a, label: 'a', where: {} },
    { result: b, label: 'b', where: {} },
  )
  for (const expected of [/not interleaved/, /different machines/, /parameter requests differs: 200 and 7/])
    assert.ok(
      cautions.some((caution) => expected.test(caution)),
      `${expected}`,
    )
})

test('runs with wrong data or an invalid generator are left out; with none left it is refused with the right code', () => {
  const result = simulateResult({ cells: [{}], runs: 12, random: seededRandom(2) })
  const broken = (count: number, change: object) => ({
    ...result,
    runs: result.runs.map((run, index) => (index < count ? { ...run, ...change } : run)),
  })
  const wrong = { verification: { passed: false, checks: [] } }
  const limited = { validity: { verdict: 'invalid' as const, reasons: ['busy'] } }
  const b = { result, label: 'b', where: {} }
  const some = compareResults({ result: broken(2, wrong), label: 'a', where: {} }, b)
  assert.equal(some.a.runs, 10)
  assert.ok(some.cautions.includes('2 runs of a left out: data wrong or not checked.'))
  for (const [change, exitCode] of [
    [wrong, 96],
    [limited, 98],
  ] as const)
    assert.throws(
      () => compareResults({ result: broken(12, change), label: 'a', where: {} }, b),
      (error) => error instanceof NotComparableError && error.exitCode === exitCode,
    )
})

test('what cannot be compared is refused with a sentence', () => {
  const result = simulateResult({ cells: sides, runs: 12, random: seededRandom(2) })
  const a = { result, label: 'a', where: {} }
  const other = { ...result, experiment: { ...result.experiment, workload: 'rides/read' } }
  assert.throws(() => compareResults(a, { ...a, result: other }), /ran rides\/write and a rides\/read/)
  assert.throws(
    () => compareResults({ ...a, where: { build: 'x' } }, a),
    /a has no run with build=x; it varied threads \(8\), build \(old, new\)/,
  )
  assert.throws(
    () => compareResults(a, a, { operation: 'nope' }),
    /no operation nope was measured; there are/,
  )
})

test('an operation’s own figures are its own', () => {
  const [run] = simulateResult({ cells: [{}], runs: 1, random: seededRandom(1) }).runs
  assert.ok(run)
  const [name = ''] = Object.keys(run.operations)
  assert.equal(readMetric(run, 'throughput', name), run.operations[name]?.throughput)
  assert.equal(readMetric(run, 'p95'), run.operations[name]?.latencyMs.p95)
  assert.equal(readMetric(run, 'p99', 'nope'), null)
})
