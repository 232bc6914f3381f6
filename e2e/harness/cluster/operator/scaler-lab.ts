import { eventually } from '@chairlift/kit/testing/eventually.ts'
import type { QueueScalerSpec } from '@chairlift/operator/queue-scaler/spec-schema.ts'
import type { QueueScalerStatus, StatusCondition } from '@chairlift/operator/queue-scaler/status-schema.ts'
import { type Channel, type ChannelModel, connect } from 'amqplib'
import { get, kubectl, root } from '../cluster.ts'
import { createNamespace, deleteNamespace } from '../release.ts'
import { type RabbitmqPod, startRabbitmqPod } from './rabbitmq-pod.ts'

/** A namespace with a broker and its Secret `rabbitmq`, for scalers and their targets. */
export interface ScalerLab extends AsyncDisposable {
  namespace: string
  broker: RabbitmqPod
  model: ChannelModel
  channel: Channel
  apply(...objects: object[]): Promise<void>
  remove(kind: string, name: string): Promise<void>
  /** A Deployment whose pods no node takes: its replicas can be seen at no cost. */
  idleTarget(name: string, replicas?: number): object
  scaler(name: string, spec: Partial<QueueScalerSpec>): object
  status(name: string): Promise<QueueScalerStatus | undefined>
  /** Waits until a condition is so. @param expected `status` or `status/reason` */
  condition(name: string, type: string, expected: string): Promise<StatusCondition>
  replicas(target: string): Promise<number>
  /** Waits until a Deployment is to have so many replicas. */
  scaledTo(target: string, replicas: number, timeoutMs?: number): Promise<void>
  /** Puts messages into a queue and waits until the broker has confirmed them all. */
  publish(queue: string, count: number): Promise<void>
  declare(queue: string): Promise<void>
}

/** Installs the CustomResourceDefinition as it is in the chart. */
export async function applyDefinitions(): Promise<void> {
  const folder = `${root}charts/chairlift/crds`
  await kubectl(['apply', '--server-side', '--force-conflicts', '--filename', folder])
  await kubectl(['wait', '--for=condition=Established', '--timeout=60s', '--filename', folder])
}

/** Opens a lab; it goes with all that is in it. */
export async function openScalerLab(): Promise<ScalerLab> {
  await applyDefinitions()
  const namespace = await createNamespace()
  try {
    const lab = await openScalerLabIn(namespace)
    return {
      ...lab,
      async [Symbol.asyncDispose]() {
        await lab[Symbol.asyncDispose]()
        await deleteNamespace(namespace)
      },
    }
  } catch (error) {
    await deleteNamespace(namespace)
    throw error
  }
}

/** The same in a namespace that is there, and stays. */
export async function openScalerLabIn(namespace: string): Promise<ScalerLab> {
  const broker = await startRabbitmqPod(namespace)
  const model = await eventually('RabbitMQ takes connections', () => connect(broker.amqpUrl), 120_000, 500)
  model.on('error', () => undefined)
  const channel = await model.createChannel()
  const apply = async (...objects: object[]) => {
    const input = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects })
    await kubectl(['apply', '--namespace', namespace, '--filename', '-'], { input })
  }
  const status = async (name: string) =>
    (await get(`queuescaler/${name}`, '--namespace', namespace)).status as QueueScalerStatus | undefined
  const replicas = async (target: string) =>
    (await get(`deployment/${target}`, '--namespace', namespace)).spec.replicas as number
  const lab: ScalerLab = {
    namespace,
    broker,
    model,
    channel,
    apply,
    status,
    replicas,
    async remove(kind, name) {
      await kubectl(['delete', kind, name, '--namespace', namespace, '--timeout=120s'])
    },
    idleTarget: (name, count = 1) => idleDeployment(name, count),
    scaler: (name, spec) => ({
      apiVersion: 'chairlift.dev/v1alpha1',
      kind: 'QueueScaler',
      metadata: { name },
      spec: {
        scaleTargetRef: { name },
        queues: [{ name }],
        connection: { secretRef: { name: 'rabbitmq' } },
        objective: { maxMessageAge: '30s' },
        maxReplicas: 5,
        ...spec,
      },
    }),
    async condition(name, type, expected) {
      let seen = 'nothing'
      try {
        return await eventually(
          `${type} of ${name} is ${expected}`,
          async () => {
            const found = (await status(name))?.conditions?.find((one) => one.type === type)
            if (found) seen = `${found.status}/${found.reason}: ${found.message}`
            return found && `${found.status}/${found.reason}/`.startsWith(`${expected}/`) && found
          },
          90_000,
          500,
        )
      } catch (error) {
        throw new Error(`${(error as Error).message}, but ${seen}`)
      }
    },
    async scaledTo(target, count, timeoutMs = 120_000) {
      await eventually(
        `${target} is scaled to ${count}`,
        async () => (await replicas(target)) === count,
        timeoutMs,
        250,
      )
    },
    async publish(queue, count) {
      const confirming = await model.createConfirmChannel()
      for (let index = 0; index < count; index++)
        confirming.sendToQueue(queue, Buffer.from(`{"id":"${index}"}`), { persistent: true })
      await confirming.waitForConfirms()
      await confirming.close()
    },
    async declare(queue) {
      await channel.assertQueue(queue, { durable: true, arguments: { 'x-queue-type': 'quorum' } })
    },
    async [Symbol.asyncDispose]() {
      await model.close().catch(() => undefined)
    },
  }
  await apply(brokerSecret(broker))
  return lab
}

/** The Secret that scalers name. */
export function brokerSecret(broker: RabbitmqPod, name = 'rabbitmq', change: Record<string, string> = {}) {
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name },
    stringData: { 'amqp-url': broker.amqpUrl, 'management-url': broker.managementUrl, ...change },
  }
}

function idleDeployment(name: string, replicas: number): object {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name },
    spec: {
      replicas,
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name } },
        spec: {
          nodeSelector: { 'chairlift.dev/no-node': 'has-this' },
          automountServiceAccountToken: false,
          terminationGracePeriodSeconds: 0,
          securityContext: {
            runAsNonRoot: true,
            runAsUser: 1000,
            seccompProfile: { type: 'RuntimeDefault' },
          },
          containers: [
            {
              name: 'idle',
              image: 'never-pulled:1',
              securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
            },
          ],
        },
      },
    },
  }
}
