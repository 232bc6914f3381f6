import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runLoad } from './run-load.ts'
import { closedGroup, fixedPlan, startTestServer } from './testing/test-server.ts'

const ratePerSecond = 200
const items = 1_200
const stopFromMs = 2_000
const stopMs = 2_000

test('with a server that stops for 2 s, the p50, p90 and p99 of an open model are within 5 % of the truth', async (t) => {
  // The truth is seen by the server: when it answered each item, against when the schedule wanted it sent.
  const answeredAtMs = new Float64Array(items)
  let firstAtMs = 0
  await using server = await startTestServer((request, response) => {
    const item = Number(request.url?.split('/')[1])
    firstAtMs ||= performance.now()
    const sinceFirstMs = performance.now() - firstAtMs
    const waitMs =
      sinceFirstMs >= stopFromMs && sinceFirstMs < stopFromMs + stopMs
        ? stopFromMs + stopMs - sinceFirstMs
        : 0
    const answer = () => {
      answeredAtMs[item] = performance.timeOrigin + performance.now()
      response.end()
    }
    if (waitMs > 0) setTimeout(answer, waitMs)
    else answer()
  })
  const open = { ratePerSecond, distribution: 'constant', maxInFlight: 1_000 } as const
  const result = await runLoad(
    fixedPlan(server.url, [closedGroup(600, items, { open })], {}, { requestTimeoutMs: 60_000 }),
  )
  const latency = result.operations['fixed']?.latency
  assert.ok(latency)
  assert.equal(latency.count, items)
  const startMs = Date.parse(result.startedAt)
  const truth = answeredAtMs.map((atMs, item) => atMs - (startMs + (item * 1_000) / ratePerSecond)).sort()
  for (const percent of [50, 90, 99]) {
    const real = truth[Math.ceil((percent / 100) * items) - 1] as number
    const reported = latency.percentileUs(percent) / 1_000
    t.diagnostic(`p${percent}: ${reported.toFixed(1)} ms reported, ${real.toFixed(1)} ms true`)
    // The server knows nothing of the way back, nor of the start below 1 ms: only large latencies can be compared.
    if (real > 200) assert.ok(Math.abs(reported / real - 1) < 0.05, `p${percent}: ${reported}, truth ${real}`)
  }
  assert.ok((truth[Math.ceil(0.99 * items) - 1] as number) > 1_500, 'the stop is in the truth')
})
