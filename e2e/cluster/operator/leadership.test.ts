import assert from 'node:assert/strict'
import { once } from 'node:events'
import { after, before, describe, test } from 'node:test'
import { eventually } from '@chairlift/kit/testing/eventually.ts'
import { get } from '../../harness/cluster/cluster.ts'
import { type OperatorProcess, startOperator } from '../../harness/cluster/operator/operator-process.ts'
import { openScalerLab, type ScalerLab } from '../../harness/cluster/operator/scaler-lab.ts'

describe('of two operators one acts', { timeout: 900_000 }, () => {
  let lab: ScalerLab
  let leader: OperatorProcess
  let other: OperatorProcess
  let messages = 0

  before(async () => {
    lab = await openScalerLab()
    await lab.declare('target')
    await lab.apply(
      lab.idleTarget('target'),
      lab.scaler('target', { objective: { messagesPerReplica: 100 }, maxReplicas: 50 }),
    )
    leader = await startOperator(lab.namespace)
    await leader.line('elected')
    other = await startOperator(lab.namespace)
    await other.line('started')
    await lab.condition('target', 'Ready', 'True')
  })
  after(async () => {
    await leader?.[Symbol.asyncDispose]()
    await other?.[Symbol.asyncDispose]()
    await lab?.[Symbol.asyncDispose]()
  })

  /** Makes the target need one more replica, and waits for it. */
  async function needOneMore(): Promise<void> {
    const count = (await lab.replicas('target')) === 1 && messages === 0 ? 200 : 100
    await lab.publish('target', count)
    messages += count
    await lab.scaledTo('target', messages / 100)
  }

  const scaled = (operator: OperatorProcess) => operator.lines.filter(({ msg }) => msg === 'scaled').length
  const transitions = async () =>
    (await get('lease/chairlift-operator', '--namespace', lab.namespace)).spec.leaseTransitions as number

  /** The other one leads now, and a new one waits. */
  async function replaceLeader(): Promise<void> {
    leader = other
    other = await startOperator(lab.namespace)
    await other.line('started')
  }

  test('the other one only watches', async () => {
    await needOneMore()
    assert.ok(scaled(leader) > 0)
    assert.equal(scaled(other), 0)
    assert.deepEqual(
      [await leader.metric('chairlift_operator_leader'), await other.metric('chairlift_operator_leader')],
      [1, 0],
    )
  })

  test('after kill -9 the other one acts', async (t) => {
    leader.child.kill('SIGKILL')
    const startedAt = performance.now()
    await needOneMore()
    t.diagnostic(`kill -9: the other one had acted ${seconds(startedAt)} s later (bar: 17 s)`)
    assert.ok(scaled(other) > 0)
    await replaceLeader()
  })

  test('after SIGTERM the other one acts, and the lease was given back', async (t) => {
    leader.child.kill('SIGTERM')
    const startedAt = performance.now()
    await needOneMore()
    t.diagnostic(`SIGTERM: the other one had acted ${seconds(startedAt)} s later (bar: 3 s)`)
    assert.equal(await leader.exit, 0)
    await leader.line('the lease was given back')
    await replaceLeader()
  })

  test('a leader that was paused for longer than its lease writes nothing when it wakes up, and ends', async (t) => {
    const before = await transitions()
    leader.child.kill('SIGSTOP')
    const startedAt = performance.now()
    await needOneMore()
    t.diagnostic(`paused leader: the other one had acted ${seconds(startedAt)} s later`)
    const written = scaled(leader)
    const closed = once(leader.child, 'close')
    leader.child.kill('SIGCONT')
    await closed
    assert.equal(await leader.exit, 1)
    assert.match(JSON.stringify(await leader.line('not the leader any more')), /lease/)
    assert.equal(scaled(leader), written)
    assert.equal(await transitions(), before + 1)
    await needOneMore()
    assert.equal(
      (await lab.status('target'))?.conditions?.find(({ type }) => type === 'Ready')?.status,
      'True',
    )
    await replaceLeader()
  })

  test('someone who scales by hand is corrected once', async () => {
    const before = scaled(leader)
    await lab.apply(lab.idleTarget('target', 1))
    await lab.scaledTo('target', messages / 100)
    await eventually('one more change', () => scaled(leader) === before + 1)
  })
})

function seconds(startedAt: number): string {
  return ((performance.now() - startedAt) / 1_000).toFixed(1)
}
