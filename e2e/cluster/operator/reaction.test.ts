import assert from 'node:assert/strict'
import { after, before, describe, type TestContext, test } from 'node:test'
import { eventually } from '@chairlift/kit/testing/eventually.ts'
import { type OperatorProcess, startOperator } from '../../harness/cluster/operator/operator-process.ts'
import { openScalerLab, type ScalerLab } from '../../harness/cluster/operator/scaler-lab.ts'
import { watchReplicas } from '../../harness/cluster/operator/watch-replicas.ts'

/** 5 in CI; TRIES=30 by hand for the figures. */
const tries = Number(process.env['TRIES'] ?? 5)
const jump = 20_000
const most = 10

describe('how fast a queue that jumps is answered', { timeout: 300_000 + tries * 60_000 }, () => {
  let lab: ScalerLab
  let operator: OperatorProcess

  before(async () => {
    lab = await openScalerLab()
    operator = await startOperator(lab.namespace)
    await operator.line('elected')
  })
  after(async () => {
    await operator?.[Symbol.asyncDispose]()
    await lab?.[Symbol.asyncDispose]()
  })

  for (const from of [1, 0])
    test(`${jump} messages at ${from} replica(s): to the full count of ${most}`, async (t) => {
      const times: Times[] = []
      for (let index = 0; index < tries; index++) times.push(await measureJump(`from-${from}-${index}`, from))
      printTable(t, from, times)
      assert.equal(times.length, tries)
    })

  /** A new scaler each time: nothing of the try before is remembered. */
  async function measureJump(name: string, from: number): Promise<Times> {
    await lab.declare(name)
    await lab.apply(
      lab.idleTarget(name, from),
      lab.scaler(name, {
        minReplicas: from,
        maxReplicas: most,
        // 20 000 messages at 50/s in 30 s: more than 10 consumers.
        consumers: { expectedMessagesPerSecond: 50 },
      }),
    )
    await lab.condition(name, 'SignalFresh', 'True')
    await using watch = await watchReplicas(lab.namespace, name)
    const startedAt = performance.now()
    await lab.publish(name, jump)
    const confirmedAt = performance.now()
    const reached = await eventually(
      `${name} is scaled to ${most}`,
      () => watch.seen.find(({ replicas }) => replicas === most),
      120_000,
    )
    const first = watch.seen.find(({ atMs }) => atMs > startedAt)
    await lab.remove('queuescaler', name)
    await lab.remove('deployment', name)
    await lab.channel.deleteQueue(name)
    return {
      publishMs: confirmedAt - startedAt,
      firstStepMs: (first?.atMs ?? Number.NaN) - startedAt,
      fullAfterFirstMs: reached.atMs - startedAt,
      fullAfterLastMs: Math.max(0, reached.atMs - confirmedAt),
    }
  }
})

interface Times {
  publishMs: number
  firstStepMs: number
  fullAfterFirstMs: number
  fullAfterLastMs: number
}

function printTable(t: TestContext, from: number, times: readonly Times[]): void {
  t.diagnostic(
    `${jump} messages, ${from} → ${most} replicas, ${times.length} tries (ms)   median    p95    max`,
  )
  for (const [key, meaning] of [
    ['publishMs', 'publishing all of them took'],
    ['firstStepMs', 'first message → first step'],
    ['fullAfterFirstMs', 'first message → full count'],
    ['fullAfterLastMs', 'last message confirmed → full count'],
  ] as const) {
    const sorted = times.map((one) => one[key]).sort((left, right) => left - right)
    const at = (share: number) => Math.round(sorted[Math.ceil(share * sorted.length) - 1] ?? Number.NaN)
    t.diagnostic(
      `${meaning.padEnd(52)}${[at(0.5), at(0.95), at(1)].map((ms) => String(ms).padStart(7)).join('')}`,
    )
  }
}
