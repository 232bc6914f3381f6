import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { eventually } from '@chairlift/kit/testing/eventually.ts'
import { list } from '../../harness/cluster/cluster.ts'
import { type OperatorProcess, startOperator } from '../../harness/cluster/operator/operator-process.ts'
import { openScalerLab, type ScalerLab } from '../../harness/cluster/operator/scaler-lab.ts'

/** How long it is watched. */
const watchMs = 30_000
const scalers = 5

describe('what the operator writes', { timeout: 900_000 }, () => {
  let lab: ScalerLab
  let operator: OperatorProcess

  before(async () => {
    lab = await openScalerLab()
    operator = await startOperator(lab.namespace)
    for (let index = 0; index < scalers; index++) {
      await lab.declare(`rest-${index}`)
      await lab.apply(
        lab.idleTarget(`rest-${index}`),
        lab.scaler(`rest-${index}`, { objective: { messagesPerReplica: 100 }, maxReplicas: 50 }),
      )
    }
    for (let index = 0; index < scalers; index++) await lab.condition(`rest-${index}`, 'Ready', 'True')
  })
  after(async () => {
    await operator?.[Symbol.asyncDispose]()
    await lab?.[Symbol.asyncDispose]()
  })

  /** Versions of everything that the operator could write in the namespace, but for the lease. */
  async function versions(): Promise<string[]> {
    const lists = await Promise.all(
      ['queuescalers', 'deployments', 'pods', 'events'].map((kind) =>
        list(kind, '--namespace', lab.namespace),
      ),
    )
    return lists
      .flat()
      .filter((object) => !('involvedObject' in object) || isAboutScaler(object))
      .map(({ metadata }) => `${metadata.name}@${metadata.resourceVersion}`)
  }

  const writes = async () => {
    const counts = await Promise.all(
      ['PUT', 'PATCH', 'POST', 'DELETE'].map((method) =>
        operator.metric('chairlift_operator_api_requests_total', { method }),
      ),
    )
    return counts.reduce((sum, count) => sum + count, 0)
  }

  /** The first statuses tell of the start; the last of them may wait 30 s for its turn. */
  async function untilSettled(): Promise<void> {
    let count = -1
    let since = 0
    await eventually(
      'no status is written for 35 s',
      async () => {
        const now = await operator.metric('chairlift_operator_status_writes_total')
        if (now !== count) [count, since] = [now, performance.now()]
        return performance.now() - since > 35_000
      },
      240_000,
      1_000,
    )
  }

  test('at rest: nothing but its lease', async (t) => {
    await untilSettled()
    const [before, writesBefore] = [await versions(), await writes()]
    const statusWritesBefore = await operator.metric('chairlift_operator_status_writes_total')
    const startedAt = performance.now()
    await delay(watchMs)
    const passedMs = performance.now() - startedAt
    const made = (await writes()) - writesBefore
    t.diagnostic(
      `${made} writes in ${Math.round(passedMs / 1_000)} s with ${scalers} scalers, all of them of the lease`,
    )
    assert.deepEqual(await versions(), before)
    assert.equal(await operator.metric('chairlift_operator_status_writes_total'), statusWritesBefore)
    assert.ok(made <= Math.ceil(passedMs / 2_000) + 1, `${made} writes are more than renewals`)
  })

  test('under change: at most 6 statuses a minute and object', async (t) => {
    const before = await operator.metric('chairlift_operator_status_writes_total')
    const startedAt = performance.now()
    while (performance.now() - startedAt < watchMs) {
      await lab.publish('rest-0', 150)
      await delay(1_000)
    }
    const made = (await operator.metric('chairlift_operator_status_writes_total')) - before
    const minutes = (performance.now() - startedAt) / 60_000
    t.diagnostic(`${made} statuses in ${minutes.toFixed(2)} min of changing replicas`)
    assert.ok(made >= 2, 'nothing has changed')
    assert.ok(made <= Math.ceil(3 + 3 * minutes), `${made} statuses`)
    assert.equal(await operator.metric('chairlift_operator_api_requests_total', { code: '403' }), 0)
  })
})

function isAboutScaler(event: object): boolean {
  return (event as { involvedObject: { kind: string } }).involvedObject.kind === 'QueueScaler'
}
