import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DependencyUnavailable } from '../errors/dependency-unavailable.ts'
import { createMetrics } from '../metrics/metrics.ts'
import { capturedLog } from '../testing/captured-log.ts'
import { eventually } from '../testing/eventually.ts'
import { BreakerDecision } from './breaker-state.ts'
import { createBreakerMeasures, createCircuitBreaker } from './circuit-breaker.ts'
import { groupCalls } from './grouped-calls.ts'

/** One call at a time: fails or succeeds. @returns whether it was let through */
function attempt(decision: BreakerDecision, nowMs: number, ok: boolean): boolean {
  const generation = decision.enter(nowMs)
  if (generation === undefined) return false
  if (ok) decision.succeeded(generation)
  else decision.failed(generation, nowMs)
  return true
}

test('a breaker opens after N consecutive failures, not after N with a success between', () => {
  const decision = new BreakerDecision({ failures: 5, probeMs: 2_000 })
  for (let failure = 0; failure < 4; failure++) attempt(decision, 0, false)
  attempt(decision, 0, true)
  for (let failure = 0; failure < 4; failure++) attempt(decision, 0, false)
  assert.equal(decision.state, 'closed')
  attempt(decision, 0, false)
  assert.equal(decision.state, 'open')
  assert.equal(attempt(decision, 1_999, true), false)
})

test('after the wait one call probes; others are refused meanwhile; its outcome decides', () => {
  const decision = new BreakerDecision({ failures: 1, probeMs: 2_000 })
  attempt(decision, 0, false)
  const probe = decision.enter(2_000)
  assert.equal(decision.state, 'half-open')
  assert.equal(decision.enter(2_001), undefined)
  decision.failed(probe as number, 2_500)
  assert.equal(decision.state, 'open')
  assert.equal(attempt(decision, 4_499, true), false)
  assert.equal(attempt(decision, 4_500, true), true)
  assert.equal(decision.state, 'closed')
})

test('a call that began before the breaker opened can neither close it nor spoil a probe', () => {
  const decision = new BreakerDecision({ failures: 1, probeMs: 100 })
  const [early, late] = [decision.enter(0) as number, decision.enter(0) as number]
  decision.failed(early, 0)
  decision.succeeded(late)
  assert.equal(decision.state, 'open')
  const probe = decision.enter(100) as number
  decision.failed(late, 100)
  assert.equal(decision.state, 'half-open')
  decision.succeeded(probe)
  assert.equal(decision.state, 'closed')
})

test('an open breaker refuses without a call, and its state and changes are metrics', async () => {
  const metrics = createMetrics('test')
  const { log } = capturedLog()
  const measures = createBreakerMeasures(metrics)
  const breaker = createCircuitBreaker({
    name: 'sample',
    failures: 2,
    probeMs: 50,
    isFailure: (error) => !(error instanceof RangeError),
    log,
    measures,
  })
  let calls = 0
  const fail = (error: Error) => () => {
    calls++
    return Promise.reject(error)
  }
  for (let index = 0; index < 3; index++)
    await assert.rejects(breaker.call(fail(new RangeError('ours'))), RangeError)
  assert.equal(breaker.state, 'closed')
  for (let index = 0; index < 2; index++) await assert.rejects(breaker.call(fail(new Error('down'))), /down/)
  assert.equal(breaker.state, 'open')
  const before = calls
  await assert.rejects(breaker.call(fail(new Error('never made'))), DependencyUnavailable)
  assert.equal(calls, before)
  const metric = async (name: string, labels: string) =>
    (await metrics.registry.metrics())
      .split('\n')
      .find((line) => line.startsWith(name) && line.includes(labels))
  assert.match((await metric('chairlift_breaker_state', 'breaker="sample"')) ?? '', / 2$/)
  await eventually('the probe is let through', () =>
    breaker.call(() => Promise.resolve(true)).catch(() => false),
  )
  assert.equal(breaker.state, 'closed')
  for (const state of ['open', 'half-open', 'closed'])
    assert.match((await metric('chairlift_breaker_transitions_total', `state="${state}"`)) ?? '', / [1-9]$/)
})

test('calls that come while a group is under way travel together, and each gets its own answer', async () => {
  const groups: number[][] = []
  const gate = Promise.withResolvers<void>()
  const double = groupCalls<number, number>({
    groupSize: 3,
    concurrency: 1,
    async run(inputs) {
      groups.push(inputs)
      await gate.promise
      return inputs.map((input) => 2 * input)
    },
  })
  const first = double(1)
  await eventually('the first group left', () => groups.length === 1)
  const rest = [2, 3, 4, 5].map(double)
  gate.resolve()
  assert.deepEqual(await Promise.all([first, ...rest]), [2, 4, 6, 8, 10])
  assert.deepEqual(groups, [[1], [2, 3, 4], [5]])
})

test('a group that fails fails its own callers only; one that is not answered whole fails loudly', async () => {
  const run = groupCalls<string, string>({
    groupSize: 2,
    concurrency: 2,
    run: (inputs) =>
      inputs.includes('bad')
        ? Promise.reject(new Error('bad group'))
        : Promise.resolve(inputs.includes('short') ? [] : inputs),
  })
  const outcomes = await Promise.allSettled(['a', 'bad', 'c', 'd', 'short'].map(run))
  assert.deepEqual(
    outcomes.map(({ status }) => status),
    ['rejected', 'rejected', 'fulfilled', 'fulfilled', 'rejected'],
  )
  assert.equal(await run('afterwards'), 'afterwards')
})
