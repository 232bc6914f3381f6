import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { eventually } from '@chairlift/kit/testing/eventually.ts'
import { runRides } from '../harness/rides-experiment.ts'
import { bareEnvironment, firstLine, runChairlift, startChairlift } from '../harness/run-chairlift.ts'

/** Consumers that write one ride at a time are slow by construction, whatever the machine. */
const slowConsumers = { ...bareEnvironment(), PUBLISH_GROUP_EVENTS: '1', BATCH_EVENTS: '1' }

test('consumers come from none, grow with the queue and go again, and nothing is lost or counted twice', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'scaling-'))
  const log = join(folder, 'scaler.log')
  const args = ['up', 'rides', '--scale', 'rides-writer=0..3', '--scaler-log', log, '--json']
  const child = startChairlift(args, slowConsumers)
  try {
    const { systems, processes } = JSON.parse(await firstLine(child))
    assert.deepEqual(
      processes.map(({ name }: { name: string }) => name),
      ['rides-api-1'],
    )
    const decisions = async () => (await readFile(log, 'utf8')).split('\n').slice(0, -1).map(readDecision)
    const mostReplicas = async () => Math.max(...(await decisions()).map(({ signals }) => signals.replicas))

    // A round waits until all of it is visible, and checks every skier's total.
    for (let round = 1; round <= 5 && (round === 1 || (await mostReplicas()) < 2); round++) {
      const result = await runRides({ target: systems.rides.url, threads: 16, requests: 2_000 * round })
      const [run] = result.runs
      assert.ok(
        run?.verification.passed,
        JSON.stringify(run?.verification.checks.filter(({ passed }) => !passed)),
      )
    }
    assert.ok((await mostReplicas()) >= 2, 'more than one consumer was started')
    await eventually(
      'all consumers are gone again',
      async () => (await decisions()).at(-1)?.signals.replicas === 0,
    )
    t.diagnostic(`up to ${await mostReplicas()} consumers, ${(await decisions()).length} decisions`)

    child.kill('SIGTERM')
    const [code] = await once(child, 'exit')
    assert.equal(code, 0)
    const replay = await runChairlift(['scaler', 'replay', log, '--show'])
    assert.match(replay.stdout, /rides-writer 0 → \d WakeUp: /)
    assert.match(replay.stdout, /rides-writer \d → 0 Idle: /)
    assert.match(replay.stdout, /, 0 deviate; 0 skipped/)
    assert.equal(replay.code, 0)
  } finally {
    child.kill('SIGTERM')
    await rm(folder, { recursive: true })
  }
})

test('a process is either fixed or scaled, and only a consumer is scaled', async () => {
  const both = await runChairlift([
    'up',
    'rides',
    '--replicas',
    'rides-writer=2',
    '--scale',
    'rides-writer=1..2',
  ])
  assert.match(both.stderr, /rides-writer is given both a number \(--replicas\) and a range \(--scale\)/)
  const api = await runChairlift(['up', 'rides', '--scale', 'rides-api=1..2'])
  assert.match(api.stderr, /no consumer "rides-api" to scale; there are: rides-writer/)
  const form = await runChairlift(['up', 'rides', '--scale', 'rides-writer=3'])
  assert.match(form.stderr, /PROCESS=MIN\.\.MAX/)
  assert.deepEqual([both.code, api.code, form.code], [1, 1, 1])
  const missing = await runChairlift(['scaler', 'replay', 'no-such.log'])
  assert.match(missing.stderr, /cannot read no-such\.log: ENOENT/)
  assert.equal(missing.code, 1)
})

/** What this test reads of a line of the decision log. */
function readDecision(line: string): { signals: { replicas: number } } {
  return JSON.parse(line)
}
