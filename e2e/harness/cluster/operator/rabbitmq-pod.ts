import { eventually } from '@chairlift/kit/testing/eventually.ts'
import { get, kubectl } from '../cluster.ts'
import { isReady } from '../release.ts'

const password = 'for-tests-only'

/** A broker in a namespace, without the rest of the chart. */
export interface RabbitmqPod {
  /** Reachable from pods and, on the testbed, from here. */
  amqpUrl: string
  managementUrl: string
  /** `rabbitmqctl` in the pod. */
  control(...args: string[]): Promise<string>
}

/**
 * Starts RabbitMQ as one pod that Pod Security restricted allows; it goes with its namespace. With `E2E_AMQP_URL` and
 * `E2E_MANAGEMENT_URL` that broker is used instead, for tests that need no pods: an API server is enough then.
 */
export async function startRabbitmqPod(namespace: string): Promise<RabbitmqPod> {
  const { E2E_AMQP_URL: amqpUrl, E2E_MANAGEMENT_URL: managementUrl } = process.env
  if (amqpUrl && managementUrl)
    return { amqpUrl, managementUrl, control: () => Promise.reject(new Error('no pod of RabbitMQ')) }
  await kubectl(['apply', '--namespace', namespace, '--filename', '-'], { input: JSON.stringify(manifests) })
  await eventually(
    'RabbitMQ is ready',
    async () => isReady(await get('pod/rabbitmq', '--namespace', namespace)),
    240_000,
    500,
  )
  const { spec } = await get('service/rabbitmq', '--namespace', namespace)
  const address = spec.clusterIP as string
  return {
    amqpUrl: `amqp://test:${password}@${address}:5672`,
    managementUrl: `http://test:${password}@${address}:15672`,
    control: (...args) =>
      kubectl(['exec', '--namespace', namespace, 'rabbitmq', '--', 'rabbitmqctl', '--quiet', ...args]),
  }
}

const labels = { app: 'rabbitmq' }
const manifests = {
  apiVersion: 'v1',
  kind: 'List',
  items: [
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'rabbitmq' },
      data: {
        'test.conf': `default_user = test\ndefault_pass = ${password}\nraft.wal_max_size_bytes = 67108864\ndisk_free_limit.absolute = 200MB\n`,
      },
    },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'rabbitmq' },
      spec: {
        selector: labels,
        ports: [
          { name: 'amqp', port: 5672 },
          { name: 'management', port: 15672 },
          { name: 'metrics', port: 15692 },
        ],
      },
    },
    {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'rabbitmq', labels },
      spec: {
        automountServiceAccountToken: false,
        securityContext: {
          runAsNonRoot: true,
          runAsUser: 999,
          runAsGroup: 999,
          fsGroup: 999,
          fsGroupChangePolicy: 'OnRootMismatch',
          seccompProfile: { type: 'RuntimeDefault' },
        },
        containers: [
          {
            name: 'rabbitmq',
            image: 'docker.io/library/rabbitmq:4-management',
            imagePullPolicy: 'IfNotPresent',
            securityContext: {
              allowPrivilegeEscalation: false,
              readOnlyRootFilesystem: true,
              capabilities: { drop: ['ALL'] },
            },
            readinessProbe: { tcpSocket: { port: 5672 }, periodSeconds: 2 },
            volumeMounts: [
              {
                name: 'settings',
                mountPath: '/etc/rabbitmq/conf.d/20-test.conf',
                subPath: 'test.conf',
                readOnly: true,
              },
              { name: 'data', mountPath: '/var/lib/rabbitmq' },
              { name: 'tmp', mountPath: '/tmp' },
            ],
          },
        ],
        volumes: [
          { name: 'settings', configMap: { name: 'rabbitmq' } },
          { name: 'data', emptyDir: { sizeLimit: '1Gi' } },
          { name: 'tmp', emptyDir: { sizeLimit: '64Mi' } },
        ],
      },
    },
  ],
}
