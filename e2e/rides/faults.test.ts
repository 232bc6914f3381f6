import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { eventually } from '@chairlift/kit/testing/eventually.ts'
import { observeLab } from '@chairlift/lab/observe/lab-observer.ts'
import { type Lab, startLab } from '@chairlift/lab/start-lab.ts'
import type { Observer } from '@chairlift/loadgen/run/observer.ts'
import { postRide } from '../harness/post-ride.ts'
import { runRides } from '../harness/rides-experiment.ts'
import { type Part, type RidesUnderTest, runWithFault, testRides } from '../harness/rides-suite.ts'

/** Faults against a lab with servers of its own, so that they can be killed. */
describe('rides under faults', { timeout: 1_800_000 }, () => {
  let lab: Lab
  let observer: Observer & AsyncDisposable
  let url: string

  before(async () => {
    lab = await startLab({
      systems: ['rides'],
      replicas: { 'rides-api': 2, 'rides-writer': 2 },
      environment: { PATH: process.env['PATH'] },
      log: () => undefined,
    })
    observer = observeLab(lab, 'rides')
    url = lab.systems['rides']?.url as string
  })

  after(async () => {
    await observer?.[Symbol.asyncDispose]()
    await lab?.stop()
  })

  const pids = (name: string) => lab.replicaSets[name]?.processes().map(({ pid }) => pid) ?? []
  const operation = 'writeNewLiftRide'
  const system = (): RidesUnderTest => ({ url, observer, kill })
  const runWith = (requests: number, fault: () => void | Promise<void>) =>
    runWithFault(system(), { threads: 32, requests }, fault, { spec: '' })

  /** Replicas are replaced by the lab; a server is away for some seconds. */
  async function kill(part: Part): Promise<void> {
    if (part === 'rabbitmq' || part === 'postgres') {
      const server = lab.backing.owned[part]
      assert.ok(server)
      await server.kill('SIGKILL')
      await new Promise((resolve) => setTimeout(resolve, 5_000))
      await server.restart()
    } else process.kill(pids(part)[0] as number, 'SIGKILL')
  }

  testRides(system, { threads: 32, requests: 60_000 })

  test('RID-D5: connections closed by the broker heal', async () => {
    await lab.backing.owned.rabbitmq?.closeAllConnections('test')
    await eventually('posts are accepted again', async () => (await postRide(url, 1)).status === 201)
    const run = await runWith(20_000, () => undefined)
    assert.equal(run.operations[operation]?.failed, 0)
  })

  test('SIGTERM through all processes, one after another, fails no request', async (t) => {
    const rolled: string[] = []
    const run = await runWith(120_000, async () => {
      for (const [name, replicaSet] of Object.entries(lab.replicaSets)) {
        for (const { pid } of replicaSet.processes()) {
          process.kill(pid, 'SIGTERM')
          await eventually('a replacement runs and the old one is gone', async () => !isAlive(pid))
          rolled.push(name)
        }
      }
    })
    assert.equal(rolled.length, 4)
    assert.equal(run.operations[operation]?.failed, 0)
    t.diagnostic(`retries ${run.operations[operation].retries}, wall ${run.wallSeconds} s`)
  })

  test('broker down: posts are 503 with Retry-After at once, reads go on, and posts are accepted again', async (t) => {
    await eventually('a ride can be read', async () => (await postRide(url, 77)).status === 201)
    const read = () => fetch(`${url}/skiers/1/seasons/1999/days/1/skiers/77`)
    await eventually('the ride is visible', async () => (await read()).status === 200)
    const { rabbitmq } = lab.backing.owned
    await rabbitmq?.kill('SIGKILL')
    await eventually('the processes notice', async () => (await postRide(url, 78)).status === 503)
    const answers = []
    for (let index = 0; index < 200; index++) answers.push(await postRide(url, 79 + index))
    assert.deepEqual([...new Set(answers.map(({ status }) => status))], [503])
    assert.ok(answers.every(({ retryAfter }) => Number(retryAfter) >= 1))
    assert.equal((await read()).status, 200)
    await rabbitmq?.restart()
    const startedAt = performance.now()
    await eventually('posts are accepted again', async () => (await postRide(url, 300)).status === 201)
    const backMs = performance.now() - startedAt
    const slowest = Math.max(...answers.map(({ ms }) => ms))
    t.diagnostic(
      `slowest 503 ${slowest.toFixed(1)} ms; accepted again ${(backMs / 1_000).toFixed(2)} s after the start`,
    )
  })

  test('broker blocked by its memory alarm: posts are 503, memory stays bounded, and all is well afterwards', async (t) => {
    const { rabbitmq } = lab.backing.owned
    await rabbitmq?.setMemoryAlarm(true)
    const memoryBefore = await residentBytes(pids('rides-api'))
    const blocked = await runRides({
      target: url,
      threads: 64,
      requests: 60_000,
      spec: 'retry: {limit: 0, mode: all}',
    })
    const memoryAfter = await residentBytes(pids('rides-api'))
    await rabbitmq?.setMemoryAlarm(false)
    const posts = blocked.runs[0]?.operations[operation]
    assert.ok(
      (posts?.byStatus['503'] ?? 0) > 50_000,
      `statuses ${JSON.stringify(posts?.byStatus)} ${blocked.failure}`,
    )
    await eventually('posts are accepted again', async () => (await postRide(url, 1)).status === 201)
    t.diagnostic(
      `API memory ${((memoryAfter - memoryBefore) / 2 ** 20).toFixed(1)} MiB more over 2 processes`,
    )
    assert.ok(memoryAfter - memoryBefore < 200 * 2 ** 20)
  })
})

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

async function residentBytes(pids: readonly number[]): Promise<number> {
  const { readFile } = await import('node:fs/promises')
  const each = await Promise.all(
    pids.map(
      async (pid) =>
        Number(/VmRSS:\s+(\d+)/.exec(await readFile(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1_024,
    ),
  )
  return each.reduce((sum, bytes) => sum + bytes, 0)
}
