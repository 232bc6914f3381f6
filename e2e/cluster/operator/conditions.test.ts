import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { kubectl } from '../../harness/cluster/cluster.ts'
import { type OperatorProcess, startOperator } from '../../harness/cluster/operator/operator-process.ts'
import { brokerSecret, openScalerLab, type ScalerLab } from '../../harness/cluster/operator/scaler-lab.ts'

describe('what is missing is a condition, and heals', { timeout: 900_000 }, () => {
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

  /** A target with its queue and its scaler. */
  async function install(name: string, spec = {}): Promise<void> {
    await lab.declare(name)
    await lab.apply(lab.idleTarget(name), lab.scaler(name, spec))
  }

  test('a missing target', async () => {
    await lab.declare('late-target')
    await lab.apply(lab.scaler('late-target', {}))
    const { message } = await lab.condition('late-target', 'Ready', 'False/TargetNotFound')
    assert.equal(message, `Deployment "late-target" does not exist in namespace "${lab.namespace}"`)
    await lab.condition('late-target', 'Active', 'Unknown/TargetNotFound')
    await lab.apply(lab.idleTarget('late-target'))
    await lab.condition('late-target', 'Ready', 'True')
    await lab.remove('deployment', 'late-target')
    await lab.condition('late-target', 'Ready', 'False/TargetNotFound')
    await lab.remove('queuescaler', 'late-target')
  })

  test('a missing Secret, one without its key, and one with a wrong password', async () => {
    await install('secret', { connection: { secretRef: { name: 'late' } } })
    const { message } = await lab.condition('secret', 'Ready', 'False/SecretNotFound')
    assert.equal(message, `Secret "late" does not exist in namespace "${lab.namespace}"`)
    await lab.apply({ ...brokerSecret(lab.broker, 'late'), stringData: { other: 'key' } })
    await lab.condition('secret', 'Ready', 'False/SecretInvalid')
    const wrong = lab.broker.amqpUrl.replace(/:[^:@]*@/, ':wrong@')
    await lab.apply(brokerSecret(lab.broker, 'late', { 'amqp-url': wrong }))
    await lab.condition('secret', 'Ready', 'False/AuthenticationFailed')
    await lab.apply(brokerSecret(lab.broker, 'late'))
    await lab.condition('secret', 'Ready', 'True')
    await lab.condition('secret', 'SignalFresh', 'True')
    await lab.remove('queuescaler', 'secret')
  })

  test('a missing queue and a missing vhost', async () => {
    await lab.apply(lab.idleTarget('late-queue'), lab.scaler('late-queue', {}))
    await lab.condition('late-queue', 'Ready', 'False/QueueNotFound')
    await lab.declare('late-queue')
    await lab.condition('late-queue', 'Ready', 'True')
    await lab.apply(
      lab.idleTarget('late-vhost'),
      lab.scaler('late-vhost', { queues: [{ name: 'some', vhost: 'late' }] }),
    )
    await lab.condition('late-vhost', 'Ready', 'False/VhostNotFound')
    await lab.broker.control('add_vhost', 'late')
    await lab.broker.control('set_permissions', '-p', 'late', 'test', '.*', '.*', '.*')
    await lab.condition('late-vhost', 'Ready', 'False/QueueNotFound')
    assert.equal(await lab.replicas('late-vhost'), 1)
    for (const name of ['late-queue', 'late-vhost']) await lab.remove('queuescaler', name)
  })

  test('an HPA on the target, and a second scaler, are left alone', async () => {
    await install('shared')
    await lab.condition('shared', 'Ready', 'True')
    await lab.apply({
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
      metadata: { name: 'rival' },
      spec: {
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'shared' },
        minReplicas: 1,
        maxReplicas: 2,
        metrics: [
          {
            type: 'Resource',
            resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 50 } },
          },
        ],
      },
    })
    await lab.condition('shared', 'Ready', 'False/TargetHasAutoscaler')
    await lab.publish('shared', 1_000)
    await lab.remove('hpa', 'rival')
    await lab.condition('shared', 'Ready', 'True')
    await lab.apply(
      lab.scaler('shared-too', { scaleTargetRef: { name: 'shared' }, queues: [{ name: 'shared' }] }),
    )
    const { message } = await lab.condition('shared-too', 'Ready', 'False/TargetHasScaler')
    assert.match(message, /QueueScaler "shared" sets the replicas of Deployment "shared" already/)
    await lab.remove('queuescaler', 'shared')
    await lab.condition('shared-too', 'Ready', 'True')
    await lab.remove('queuescaler', 'shared-too')
  })

  test('a broker that is away is no reason to scale down or to call the object broken', async () => {
    await install('outage', {
      objective: { messagesPerReplica: 10 },
      behavior: { scaleDown: { stabilizationWindowSeconds: 0 } },
      signalMaxAge: '5s',
    })
    await lab.publish('outage', 30)
    await lab.scaledTo('outage', 3)
    await lab.broker.control('stop_app')
    await lab.condition('outage', 'SignalFresh', 'False/BrokerUnreachable')
    await lab.condition('outage', 'Ready', 'True')
    assert.equal(await lab.replicas('outage'), 3)
    await lab.broker.control('start_app')
    await lab.condition('outage', 'SignalFresh', 'True')
    assert.equal(await lab.replicas('outage'), 3)
  })

  test('pausing and observing write no replicas; describe tells the story', async (t) => {
    await lab.apply(
      lab.idleTarget('watched', 1),
      lab.scaler('watched', {
        queues: [{ name: 'outage' }],
        objective: { messagesPerReplica: 10 },
        mode: 'Observe',
      }),
    )
    await lab.condition('watched', 'Ready', 'True')
    const status = await lab.status('watched')
    assert.deepEqual([status?.desiredReplicas, status?.recommendation?.mode], [3, 'Observe'])
    assert.equal(await lab.replicas('watched'), 1)
    for (const args of [
      ['get', 'queuescalers'],
      ['describe', 'queuescaler', 'outage'],
    ]) {
      const text = await kubectl([...args, '--namespace', lab.namespace])
      for (const line of text.split('\n')) t.diagnostic(line)
    }
    const described = await kubectl(['describe', 'queuescaler', 'outage', '--namespace', lab.namespace])
    assert.match(described, /Scaled .*Deployment "outage" from 1 to 3 replicas/)
    assert.match(described, /Explanation:/)
    await kubectl([
      'annotate',
      'queuescaler/watched',
      'chairlift.dev/paused=true',
      '--namespace',
      lab.namespace,
    ])
    await lab.condition('watched', 'Paused', 'True')
    assert.equal(await lab.replicas('watched'), 1)
  })
})
