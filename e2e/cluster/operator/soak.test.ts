import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { eventually } from '@chairlift/kit/testing/eventually.ts'
import { type FlakyApiServer, openFlakyApiServer } from '../../harness/cluster/operator/flaky-api-server.ts'
import { type OperatorProcess, startOperator } from '../../harness/cluster/operator/operator-process.ts'
import { openScalerLab, type ScalerLab } from '../../harness/cluster/operator/scaler-lab.ts'

/** Seconds of the soak; SOAK_S=600 by hand. */
const soakMs = Number(process.env['SOAK_S'] ?? 60) * 1_000

describe('the watch', { timeout: soakMs + 900_000 }, () => {
  let lab: ScalerLab
  let api: FlakyApiServer
  let operator: OperatorProcess

  before(async () => {
    lab = await openScalerLab()
    await lab.declare('queue')
    api = await openFlakyApiServer(lab.namespace)
    operator = await startOperator(lab.namespace, { KUBECONFIG: api.kubeconfig })
    await operator.line('elected')
  })
  after(async () => {
    await operator?.[Symbol.asyncDispose]()
    await api?.[Symbol.asyncDispose]()
    await lab?.[Symbol.asyncDispose]()
  })

  test('misses no object while connections are cut and fall silent', async (t) => {
    const startedAt = performance.now()
    let cuts = 0
    const present: string[] = []
    for (let round = 0; performance.now() - startedAt < soakMs; round++) {
      const name = `soak-${round}`
      // Every third time the peer is gone without a word, else it says so.
      if (round % 3 === 2) api.proxy.pause()
      else api.proxy.cut()
      cuts++
      await lab.apply(
        lab.idleTarget(name, 0),
        lab.scaler(name, { queues: [{ name: 'queue' }], minReplicas: 0 }),
      )
      present.push(name)
      const oldest = present[0]
      if (present.length > 5 && oldest) {
        present.shift()
        await lab.remove('queuescaler', oldest)
      }
      await delay(1_000)
    }
    for (const name of present) await lab.condition(name, 'Ready', 'True')
    await eventually(
      'the operator knows those that are there, and no others',
      async () => (await operator.metric('chairlift_operator_scalers')) === present.length,
      120_000,
      500,
    )
    t.diagnostic(
      `${Math.round((performance.now() - startedAt) / 1_000)} s, connections cut or silenced ${cuts} times`,
    )
    assert.ok(cuts > 3)
    assert.equal(operator.child.exitCode, null)
  })
})
