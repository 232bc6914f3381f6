import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { encodeEventGroup } from '@chairlift/kit/broker/event-group.ts'
import { eventually } from '@chairlift/kit/testing/eventually.ts'
import { kubectl, list } from '../../harness/cluster/cluster.ts'
import { type OperatorProcess, startOperator } from '../../harness/cluster/operator/operator-process.ts'
import { openScalerLab, type ScalerLab } from '../../harness/cluster/operator/scaler-lab.ts'
import {
  doneQueue,
  prefetchMessages,
  slowConsumer,
  workQueue,
} from '../../harness/cluster/operator/slow-consumer.ts'
import { watchDeletions, watchReplicas } from '../../harness/cluster/operator/watch-replicas.ts'
import { runChairlift } from '../../harness/run-chairlift.ts'

const messages = 1_500
/** 20 a second for each consumer: 75 s for one of them, whatever the machine. */
const messageMs = 50
const most = 4

describe('consumers that come and go', { timeout: 1_200_000 }, () => {
  let lab: ScalerLab
  let operator: OperatorProcess

  before(async () => {
    lab = await openScalerLab()
    operator = await startOperator(lab.namespace)
    await operator.line('elected')
    await lab.apply(...slowConsumer(lab, 'consumer', messageMs, 1))
    // The first consumer declares the queues.
    await kubectl([
      'rollout',
      'status',
      'deployment/consumer',
      '--namespace',
      lab.namespace,
      '--timeout=180s',
    ])
    await lab.apply(
      lab.scaler('consumer', {
        queues: [{ name: workQueue }],
        minReplicas: 0,
        maxReplicas: most,
        idleCooldown: '5s',
        behavior: { scaleDown: { stabilizationWindowSeconds: 5 } },
      }),
    )
  })
  after(async () => {
    await operator?.[Symbol.asyncDispose]()
    await lab?.[Symbol.asyncDispose]()
  })

  const pods = async () =>
    (await list('pods', '--namespace', lab.namespace, '--selector', 'app=consumer')).filter(
      ({ metadata }) => !metadata.deletionTimestamp,
    )

  /** Takes out of the queue what was done, until every id was seen. @returns how often each was */
  async function takeDone(ids: readonly string[]): Promise<Map<string, number>> {
    const seen = new Map<string, number>()
    await eventually(
      `${ids.length} messages are done`,
      async () => {
        for (;;) {
          const message = await lab.channel.get(doneQueue, { noAck: true })
          if (!message) break
          const id = message.content.toString()
          seen.set(id, (seen.get(id) ?? 0) + 1)
        }
        return ids.every((id) => seen.has(id))
      },
      300_000,
      500,
    )
    return seen
  }

  async function send(prefix: string, count: number): Promise<string[]> {
    const ids = Array.from({ length: count }, (_, index) => `${prefix}-${index}`)
    const confirming = await lab.model.createConfirmChannel()
    for (const id of ids) confirming.sendToQueue(workQueue, encodeEventGroup([{ id }]), { persistent: true })
    await confirming.waitForConfirms()
    await confirming.close()
    return ids
  }

  test('an idle target goes to none', async () => {
    await lab.scaledTo('consumer', 0)
    await lab.condition('consumer', 'Active', 'False')
  })

  test('from none to many and back, with consumers deleted meanwhile: nothing lost, nothing doubled', async (t) => {
    await using watch = await watchReplicas(lab.namespace, 'consumer')
    const startedAt = performance.now()
    const ids = await send('burst', messages)
    let deleted = 0
    const hunting = new AbortController()
    const hunt = (async () => {
      while (!hunting.signal.aborted) {
        const [victim] = (await pods()).filter(({ status }) => status.phase === 'Running')
        if (victim && deleted < 3) {
          await kubectl(['delete', 'pod', victim.metadata.name, '--namespace', lab.namespace, '--wait=false'])
          deleted++
        }
        await delay(4_000, undefined, { signal: hunting.signal }).catch(() => undefined)
      }
    })()
    const seen = await takeDone(ids)
    const doneMs = performance.now() - startedAt
    hunting.abort()
    await hunt
    await lab.scaledTo('consumer', 0)
    const doubled = [...seen.values()].filter((count) => count > 1).length
    const path = watch.seen.map(({ replicas }) => replicas).join(' → ')
    t.diagnostic(
      `${messages} messages of ${messageMs} ms done in ${(doneMs / 1_000).toFixed(1)} s, replicas ${path}`,
    )
    t.diagnostic(`${deleted} consumers deleted, ${doubled} messages came twice`)
    assert.equal(seen.size, messages)
    assert.ok(Math.max(...watch.seen.map(({ replicas }) => replicas)) >= 3, `replicas were ${path}`)
    assert.ok(deleted > 0)
    // Only what an ended consumer had not acknowledged may come again.
    assert.ok(doubled <= deleted * prefetchMessages, `${doubled} messages came twice`)
    assert.equal((await lab.channel.checkQueue(`${workQueue}.parking`)).messageCount, 0)
  })

  test('the pods that are taken away were marked for it', async (t) => {
    // Pods of the test before would be seen going, too.
    const all = () => list('pods', '--namespace', lab.namespace, '--selector', 'app=consumer')
    await eventually('no pod is left', async () => (await all()).length === 0, 120_000, 500)
    await lab.apply(
      lab.scaler('consumer', {
        queues: [{ name: workQueue }],
        objective: { messagesPerReplica: 50 },
        // Not 1: replicas of 0 would then mean that a person has switched the target off.
        minReplicas: 0,
        maxReplicas: 3,
        idleCooldown: '10m',
        behavior: { scaleDown: { stabilizationWindowSeconds: 0 } },
      }),
    )
    const ids = await send('marked', 1_200)
    await eventually('3 consumers', async () => (await pods()).length === 3, 120_000, 500)
    // With pods to list the watch is known to have begun; the messages last for 20 s more.
    await using watch = await watchDeletions(lab.namespace, 'app=consumer')
    assert.equal((await pods()).length, 3)
    await takeDone(ids)
    await lab.scaledTo('consumer', 1)
    await eventually('two pods are deleted', () => watch.deleted.size === 2, 120_000, 200)
    const marks = [...watch.deleted].map(([name, mark]) => `${name}: ${mark}`)
    t.diagnostic(`pods deleted, with their deletion cost: ${marks.join(', ')}`)
    assert.deepEqual([...watch.deleted.values()], ['-1', '-1'])
  })

  test('its log makes every decision again', async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'chairlift-log-'))
    try {
      const file = join(folder, 'operator.log')
      await writeFile(file, operator.lines.map((line) => `${JSON.stringify(line)}\n`).join(''))
      const { code, stdout } = await runChairlift(['scaler', 'replay', file])
      t.diagnostic(stdout.trim())
      assert.equal(code, 0, stdout)
      assert.match(stdout, /^[1-9]\d* decisions of 1 scalers made again, 0 deviate; 0 skipped/)
    } finally {
      await rm(folder, { recursive: true })
    }
  })
})
