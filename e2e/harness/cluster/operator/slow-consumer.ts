import type { ScalerLab } from './scaler-lab.ts'

/** Messages that each consumer holds at most; so many may come twice when one is killed. */
export const prefetchMessages = 10

/** The queue of the slow consumer, and the one into which it tells what it has done. */
export const workQueue = 'test.consumer'
export const doneQueue = 'done'

/**
 * What the pods run: the kit's batch consumer with a fixed time per message, so that a backlog does not depend on how
 * fast a machine is. An id goes into the queue `done`, confirmed, before its message is acknowledged.
 */
const script = `
import { setTimeout as delay } from 'node:timers/promises'
import { openBatchConsumer } from '/app/kit/broker/batch-consumer.ts'
import { queueNames } from '/app/kit/broker/names.ts'
import { amqpSettings } from '/app/kit/config/common-settings.ts'
import { runProcess } from '/app/kit/lifecycle/run-process.ts'
import { connect } from '/app/node_modules/amqplib/channel_api.js'

await runProcess('slow-consumer', amqpSettings, async ({ config, log, metrics, health, stop }) => {
  const model = await connect(config.amqpUrl)
  model.on('error', () => undefined)
  model.on('close', () => process.exit(1))
  const done = await model.createConfirmChannel()
  await done.assertQueue('${doneQueue}', { durable: true, arguments: { 'x-queue-type': 'quorum' } })
  const consumer = await openBatchConsumer({
    url: config.amqpUrl,
    names: queueNames('test', 'consumer'),
    routingKey: '#',
    check: (event) => (typeof event?.id === 'string' ? event : { fault: 'no id' }),
    async apply(events) {
      await delay(events.length * Number(process.env.MESSAGE_MS))
      for (const { id } of events) done.sendToQueue('${doneQueue}', Buffer.from(id), { persistent: true })
      await done.waitForConfirms()
    },
    isTransient: () => true,
    prefetchMessages: ${prefetchMessages},
    batchEvents: ${prefetchMessages},
    batchAgeMs: 5,
    suspectCrashes: 5,
    log,
    metrics,
  })
  stop.add('finish the batch and stop consuming', () => consumer.stop())
  health.addCheck('consumer', () => consumer.readiness())
})
`

/** A Deployment of consumers that need `messageMs` for each message. */
export function slowConsumer(lab: ScalerLab, name: string, messageMs: number, replicas: number): object[] {
  const image = process.env['E2E_IMAGE'] ?? 'chairlift:0.1.0'
  return [
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data: { 'consumer.mjs': script } },
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name },
      spec: {
        replicas,
        selector: { matchLabels: { app: name } },
        template: {
          metadata: { labels: { app: name } },
          spec: {
            automountServiceAccountToken: false,
            terminationGracePeriodSeconds: 60,
            securityContext: {
              runAsNonRoot: true,
              runAsUser: 1000,
              seccompProfile: { type: 'RuntimeDefault' },
            },
            containers: [
              {
                name: 'consumer',
                image,
                imagePullPolicy: 'IfNotPresent',
                command: ['node', '/script/consumer.mjs'],
                env: [
                  { name: 'AMQP_URL', value: lab.broker.amqpUrl },
                  { name: 'MESSAGE_MS', value: String(messageMs) },
                ],
                securityContext: {
                  allowPrivilegeEscalation: false,
                  readOnlyRootFilesystem: true,
                  capabilities: { drop: ['ALL'] },
                },
                readinessProbe: {
                  httpGet: { path: '/readyz', port: 9090 },
                  periodSeconds: 1,
                  timeoutSeconds: 3,
                },
                volumeMounts: [{ name: 'script', mountPath: '/script', readOnly: true }],
              },
            ],
            volumes: [{ name: 'script', configMap: { name } }],
          },
        },
      },
    },
  ]
}
