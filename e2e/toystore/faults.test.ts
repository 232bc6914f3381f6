import assert from 'node:assert/strict'
import { rm } from 'node:fs/promises'
import { after, before, describe, type TestContext, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { eventually } from '@chairlift/kit/testing/eventually.ts'
import type { Lab } from '@chairlift/lab/start-lab.ts'
import type { Run } from '@chairlift/loadgen/result/run-schema.ts'
import {
  agreedState,
  checkEveryReplica,
  failedChecks,
  leaderIs,
  processPid,
  replicaPid,
  runShop,
  startToystore,
} from '../harness/toystore-lab.ts'

/** Rounds of kills; more for a long run by hand, e.g. TOYSTORE_KILLS=100. */
const kills = Number(process.env['TOYSTORE_KILLS'] ?? 4)
const buys = 'createOrder'

describe('the toy store under faults', { timeout: 1_200_000 }, () => {
  let lab: Lab

  before(async () => {
    lab = await startToystore()
  })

  after(async () => {
    await lab?.stop()
  })

  /** Runs a load and calls `fault` once, when some of it is done. */
  async function runWithFault(
    load: { retries?: number; iterations?: number },
    fault: () => void | Promise<void>,
  ) {
    let injected: Promise<void> | undefined
    const run = await runShop(lab, {
      threads: 5,
      iterations: 200,
      ...load,
      onSecond(share) {
        if (share > 0.1) injected ??= Promise.resolve(fault())
      },
    })
    assert.ok(injected, 'the run was over before the fault came')
    await injected
    return run
  }

  function report(t: TestContext, run: Run): void {
    const { ok, failed, retries, latencyMs } = run.operations[buys] as Run['operations'][string]
    t.diagnostic(`${ok} buys, ${failed} failed, ${retries} retries of clients, slowest ${latencyMs.max} ms`)
  }

  test('TOY-I1 TOY-I2 TOY-I8 TOY-I9 TOY-I12 TOY-D3 TOY-D4 TOY-D5 TOY-D7 TOY-D18 TOY-D20 TOY-E3: kill -9 of any replica, again and again, is seen by no client', async (t) => {
    let killed = 0
    let stop = false
    const killing: Promise<void>[] = []
    const killOnAndOn = async () => {
      while (!stop && killed < kills) {
        // The preferred one first, then each of the others.
        process.kill(replicaPid(lab, 3 - (killed % 3)), 'SIGKILL')
        killed++
        await delay(1_500)
        await leaderIs(lab, 3)
      }
    }
    for (let round = 0; killed < kills; round++) {
      assert.ok(round < kills, 'runs end before anything is killed')
      stop = false
      const run = await runWithFault({ iterations: 250 }, () => {
        killing.push(killOnAndOn())
      })
      stop = true
      await Promise.all(killing)
      assert.deepEqual(failedChecks(run, 'counted'), [])
      report(t, run)
    }
    const orders = await checkEveryReplica(lab)
    t.diagnostic(`${killed} kills, ${orders} orders, each the same at every replica`)
  })

  test('TOY-E8 TOY-I11: a replica that was restarted knows every order, also when it is preferred', async () => {
    for (const number of [1, 2, 3]) process.kill(replicaPid(lab, number), 'SIGKILL')
    await leaderIs(lab, 3)
    await checkEveryReplica(lab)
  })

  test('TOY-E11 TOY-D12: all replicas down under load, up again by themselves: nothing is lost', async (t) => {
    const run = await runWithFault({ retries: 5 }, () => {
      for (const number of [1, 2, 3]) process.kill(replicaPid(lab, number), 'SIGKILL')
    })
    assert.deepEqual(failedChecks(run, 'allowed'), [])
    report(t, run)
    await checkEveryReplica(lab)
  })

  test('TOY-E10 TOY-D11: a preferred replica that hangs is replaced, and no client sees an error', async (t) => {
    const pid = replicaPid(lab, 3)
    const run = await runWithFault({}, async () => {
      process.kill(pid, 'SIGSTOP')
      await delay(4_000)
      process.kill(pid, 'SIGCONT')
    })
    assert.deepEqual(failedChecks(run, 'counted'), [])
    report(t, run)
    await leaderIs(lab, 3)
    await checkEveryReplica(lab)
  })

  test('TOY-I13 TOY-D9: a catalog that hangs delays orders and stops none', async (t) => {
    const pid = processPid(lab, 'toystore-catalog-1')
    const run = await runWithFault({ retries: 5 }, async () => {
      process.kill(pid, 'SIGSTOP')
      const url = lab.systems['toystore']?.url
      const body = '{"name":"Clue","quantity":101}'
      const headers = { 'Content-Type': 'application/json' }
      const answer = await fetch(`${url}/orders`, { method: 'POST', headers, body })
      assert.equal(answer.status, 404, 'an order is answered without the catalog')
      process.kill(pid, 'SIGCONT')
    })
    // The order above was somebody else's, but a refusal changes nothing.
    assert.deepEqual(failedChecks(run, 'allowed'), [])
    report(t, run)
  })

  test('TOY-I6: kill -9 of the catalog under load: no stale read, and orders go on', async (t) => {
    const run = await runWithFault({ retries: 5 }, () => {
      process.kill(processPid(lab, 'toystore-catalog-1'), 'SIGKILL')
    })
    assert.deepEqual(failedChecks(run, 'counted'), [])
    report(t, run)
  })

  test('kill -9 of the front end under load: clients that retry lose nothing', async (t) => {
    const run = await runWithFault({ retries: 5 }, () => {
      process.kill(processPid(lab, 'toystore-front-1'), 'SIGKILL')
    })
    assert.deepEqual(failedChecks(run, 'allowed'), [])
    report(t, run)
  })

  test('a replica with a wiped volume rebuilds itself and agrees', async (t) => {
    const before = await agreedState(lab)
    const { dataFolder } = lab.members['toystore-orders']?.[1] as { dataFolder: string }
    process.kill(replicaPid(lab, 2), 'SIGKILL')
    await rm(dataFolder, { recursive: true, force: true })
    const after = await agreedState(lab)
    assert.ok(before.orders > 0 && after.orders === before.orders)
    t.diagnostic(`${after.orders} orders rebuilt`)
  })

  test('TOY-I2: kill -9 of the broker under load, back after 3 s, loses and doubles nothing', async (t) => {
    const { rabbitmq } = lab.backing.owned
    assert.ok(rabbitmq)
    const run = await runWithFault({ retries: 5 }, async () => {
      await rabbitmq.kill('SIGKILL')
      await delay(3_000)
      await rabbitmq.restart()
    })
    assert.deepEqual(failedChecks(run, 'allowed'), [])
    report(t, run)
    await leaderIs(lab, 3)
    const orders = await checkEveryReplica(lab)
    t.diagnostic(`${orders} orders, each the same at every replica`)
  })

  test('SIGTERM through all replicas, one after another, fails no request', async (t) => {
    const run = await runWithFault({}, async () => {
      for (const number of [1, 2, 3]) {
        const pid = replicaPid(lab, number)
        process.kill(pid, 'SIGTERM')
        await eventually('another process has its place', () => replicaPid(lab, number) !== pid)
        await leaderIs(lab, 3)
      }
    })
    assert.deepEqual(failedChecks(run, 'counted'), [])
    report(t, run)
    await checkEveryReplica(lab)
  })
})
