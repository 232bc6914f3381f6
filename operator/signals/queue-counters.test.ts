import assert from 'node:assert/strict'
import { test } from 'node:test'
import { eventually } from '@chairlift/kit/testing/eventually.ts'
import { type FreshQueues, freshQueues } from '@chairlift/kit/testing/fresh-queues.ts'
import { management } from '@chairlift/kit/testing/management.ts'
import { serverUrl } from '@chairlift/kit/testing/servers.ts'
import { startTlsProxy } from '../testing/tls-proxy.ts'
import type { BrokerSettings } from './broker-settings.ts'
import {
  preferCounters,
  type QueueCounters,
  readDetailedCounters,
  readManagementCounters,
  unknownCounters,
} from './queue-counters.ts'

const settings: BrokerSettings = {
  amqpUrl: '',
  managementUrl: undefined,
  metricsUrl: undefined,
  ca: undefined,
}

/** Publishes 20 messages, acknowledges 12 of them and gives one back, so that 8 stay in work, one of them again. */
async function work({ model, names }: FreshQueues): Promise<void> {
  const channel = await model.createConfirmChannel()
  await channel.assertQueue(names.queue, { arguments: { 'x-queue-type': 'quorum' } })
  for (let index = 0; index < 20; index++) channel.sendToQueue(names.queue, Buffer.from('x'))
  await channel.waitForConfirms()
  let deliveries = 0
  await channel.consume(names.queue, (message) => {
    if (!message) return
    deliveries++
    if (deliveries <= 12) channel.ack(message)
    else if (deliveries === 13) channel.nack(message)
  })
  await eventually('every delivery', () => deliveries === 21)
}

async function prometheusUrl(): Promise<string> {
  const { listeners } = await management<{ listeners: { protocol: string; port: number }[] }>('overview')
  const port = listeners.find(({ protocol }) => protocol === 'http/prometheus')?.port
  return `http://127.0.0.1:${port}`
}

const values = ({ unacknowledged, published, acknowledged, redelivered }: QueueCounters) =>
  [unacknowledged, published, acknowledged, redelivered].map((reading) => reading?.value)

test('the management API tells what was published, done, redelivered and is in work', async () => {
  await using queues = await freshQueues()
  await work(queues)
  const queue = { name: queues.names.queue, vhost: '/' }
  const counters = await eventually(
    'the counters',
    async () => {
      const found = await readManagementCounters(serverUrl('RABBITMQ_MANAGEMENT_URL'), settings, queue)
      return values(found).join() === '8,20,12,1' && found
    },
    60_000,
  )
  assert.ok((counters.published?.atMs ?? 0) < Date.now(), 'the figures are older than the answer')
})

test('the Prometheus plug-in tells what is in work; what it does not tell is unknown', async () => {
  await using queues = await freshQueues()
  await work(queues)
  const queue = { name: queues.names.queue, vhost: '/' }
  const url = await prometheusUrl()
  const counters = await eventually(
    'what is in work',
    async () => {
      const found = await readDetailedCounters(url, settings, queue)
      return found.unacknowledged?.value === 8 && found
    },
    60_000,
  )
  // RabbitMQ 3 has no more of it; RabbitMQ 4 does.
  for (const [reading, value] of [
    [counters.published, 20],
    [counters.acknowledged, 12],
    [counters.redelivered, 1],
  ] as const)
    assert.ok(reading === null || reading.value === value)
})

test('figures that are not there are unknown, not zero', async () => {
  const missing = { name: 'no-such-queue', vhost: '/' }
  assert.deepEqual(await readDetailedCounters(await prometheusUrl(), settings, missing), unknownCounters)
  await assert.rejects(
    readManagementCounters(serverUrl('RABBITMQ_MANAGEMENT_URL'), settings, missing),
    /answered 404/,
  )
})

test('a wrong password of the management API is an error', async () => {
  const url = new URL(serverUrl('RABBITMQ_MANAGEMENT_URL'))
  url.password = 'wrong'
  await assert.rejects(
    readManagementCounters(url.href, settings, { name: 'some', vhost: '/' }),
    /answered 401/,
  )
})

test('a single active consumer is a limit of one', async () => {
  await using queues = await freshQueues()
  const { queue } = queues.names
  await queues.channel.assertQueue(queue, {
    arguments: { 'x-queue-type': 'quorum', 'x-single-active-consumer': true },
  })
  await using proxy = await startTlsProxy(serverUrl('RABBITMQ_MANAGEMENT_URL'))
  const counters = await eventually('the queue is listed', () =>
    readManagementCounters(proxy.url, { ...settings, ca: proxy.ca }, { name: queue, vhost: '/' }),
  )
  assert.equal(counters.consumerLimit, 1)
})

test('the fresher source counts, the other one fills its gaps', () => {
  const first = { ...unknownCounters, unacknowledged: { value: 1, atMs: 5 } }
  const second = { ...unknownCounters, unacknowledged: { value: 9, atMs: 1 }, consumerLimit: 1 }
  assert.deepEqual(preferCounters(first, second), { ...first, consumerLimit: 1 })
})
