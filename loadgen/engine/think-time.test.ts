import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runLoad } from './run-load.ts'
import { closedGroup, fixedPlan, startTestServer } from './testing/test-server.ts'

const thinkTimeMs = 30

test('a thread thinks between two items: never sooner, and its pauses are no gap of the client', async () => {
  const answeredAtMs = new Map<unknown, number>()
  const pausesMs: number[] = []
  await using server = await startTestServer((request, response) => {
    const before = answeredAtMs.get(request.socket)
    if (before !== undefined) pausesMs.push(performance.now() - before)
    response.end()
    answeredAtMs.set(request.socket, performance.now())
  })
  const group = closedGroup(3, 24, { work: { kind: 'each', items: 8 }, thinkTimeMs })
  const result = await runLoad(fixedPlan(server.url, [group]))
  assert.equal(result.operations['fixed']?.ok, 24)
  assert.equal(pausesMs.length, 3 * 7)
  // A timer may fire up to a millisecond early.
  assert.ok(Math.min(...pausesMs) >= thinkTimeMs - 2, `${Math.min(...pausesMs)} ms`)
  assert.equal(result.validity.waitsForItem, 0)
  const { pausedSeconds } = result.validity.littlesLaw
  assert.ok(pausedSeconds >= (21 * (thinkTimeMs - 2)) / 1_000, `${pausedSeconds} s`)
})
