import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { eventually } from '@chairlift/kit/testing/eventually.ts'
import { freshQueues } from '@chairlift/kit/testing/fresh-queues.ts'
import { serverUrl } from '@chairlift/kit/testing/servers.ts'
import type { Pod } from '../kubernetes/objects.ts'
import type { QueueScalerSpec } from '../queue-scaler/spec-schema.ts'
import { DepthReaders } from './depth-readers.ts'
import { SignalCollector } from './signal-collector.ts'

const page = `# HELP chairlift_consumer_busy_seconds_total Time spent.
# TYPE chairlift_consumer_busy_seconds_total counter
chairlift_consumer_busy_seconds_total{process="writer"} 12.5
chairlift_consumer_messages_total{process="writer"} 400
chairlift_consumer_redelivered_total{process="writer"} 3
chairlift_consumer_unacked_messages{process="writer"} 7
chairlift_consumer_batch_events_bucket{le="1",process="writer"} 1
`

/** What serves metrics and health on one port, as a test says. */
async function serve(answer: () => { status: number; body: string }) {
  const server = createServer((_, response) => {
    const { status, body } = answer()
    response.writeHead(status).end(body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    port,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

const pod = (name: string, ready: boolean, more: Partial<Pod['metadata']> = {}): Pod => ({
  metadata: { name, uid: `uid-${name}`, creationTimestamp: '2026-01-01T00:00:00Z', ...more },
  status: {
    phase: 'Running',
    podIP: '127.0.0.1',
    conditions: [
      { type: 'Ready', status: ready ? 'True' : 'False', lastTransitionTime: '2026-01-01T00:00:09Z' },
    ],
  },
})

const specOf = (queue: string, more: Partial<QueueScalerSpec> = {}): QueueScalerSpec => ({
  scaleTargetRef: { name: 'target' },
  queues: [{ name: queue }],
  connection: { secretRef: { name: 'secret' } },
  objective: { messagesPerReplica: 1 },
  maxReplicas: 1,
  ...more,
})

const settings = () => ({
  amqpUrl: serverUrl('AMQP_URL'),
  managementUrl: undefined,
  metricsUrl: undefined,
  ca: undefined,
})

test('the pods tell what they have done; one that is silent or not ready is unknown', async () => {
  await using metrics = await serve(() => ({ status: 200, body: page }))
  const spec = specOf('none', { consumers: { metricsPort: metrics.port } })
  const pods = [
    pod('works', true),
    pod('starts', false),
    pod('goes', true, { deletionTimestamp: '2026-01-01T00:01:00Z' }),
  ]
  await using collector = new SignalCollector({
    spec,
    depthReaders: new DepthReaders(),
    listPods: () => Promise.resolve(pods),
    onFault: (_, error) => assert.fail(error),
  })
  const consumers = await eventually('the consumers', () => {
    const found = collector.collected().consumers
    return found.length === 3 && found
  })
  const createdAtMs = Date.parse('2026-01-01T00:00:00Z')
  const [works, starts, goes] = consumers
  assert.deepEqual(
    [
      works?.busySeconds?.value,
      works?.messages?.value,
      works?.redelivered?.value,
      works?.unacknowledged?.value,
    ],
    [12.5, 400, 3, 7],
  )
  assert.deepEqual(
    [works?.ready, works?.createdAtMs, works?.readyAtMs],
    [true, createdAtMs, createdAtMs + 9_000],
  )
  assert.deepEqual([starts?.ready, starts?.readyAtMs, starts?.messages], [false, null, null])
  assert.deepEqual([goes?.ready, goes?.messages?.value], [false, 400])
  assert.equal(collector.podLoad().load.get('works')?.unackedMessages, 7)
})

test('depths are read when asked for, grow old while the broker is unknown, and vanish with their queue', async () => {
  await using queues = await freshQueues()
  const { queue } = queues.names
  await using collector = new SignalCollector({
    spec: specOf(queue),
    depthReaders: new DepthReaders(),
    listPods: () => Promise.resolve([]),
    onFault: () => undefined,
  })
  const ready = () => collector.collected().queues[0]?.ready
  assert.deepEqual([await collector.readDepths(), ready()], [[], null])
  await collector.use(settings())
  assert.deepEqual(
    (await collector.readDepths()).map(({ reason }) => reason),
    ['QueueNotFound'],
  )
  assert.equal(ready(), null)
  await queues.channel.assertQueue(queue, { arguments: { 'x-queue-type': 'quorum' } })
  await eventually(
    'the depth',
    async () => (await collector.readDepths()).length === 0 && ready()?.value === 0,
  )
  const before = ready()
  await collector.use({ ...settings(), amqpUrl: 'amqp://127.0.0.1:1' })
  assert.deepEqual(
    (await collector.readDepths()).map(({ reason }) => reason),
    ['BrokerUnreachable'],
  )
  assert.deepEqual(ready(), before)
})

test('scalers of one broker share a connection, and the last one closes it', async () => {
  const readers = new DepthReaders()
  const [first, second] = [readers.acquire(settings(), '/'), readers.acquire(settings(), '/')]
  assert.equal(first.reader, second.reader)
  assert.notEqual(readers.acquire(settings(), 'other').reader, first.reader)
  await first.release()
  await first.release()
  assert.equal(readers.acquire(settings(), '/').reader, second.reader)
})

test('a health address that answers anything but 2xx is a brake, and no answer changes nothing', async () => {
  let status = 503
  const health = await serve(() => ({ status, body: '' }))
  const spec = specOf('none', { brake: { health: { url: `http://127.0.0.1:${health.port}/ready` } } })
  await using collector = new SignalCollector({
    spec,
    depthReaders: new DepthReaders(),
    listPods: () => Promise.resolve([]),
    onFault: () => undefined,
  })
  const engaged = (wanted: boolean) =>
    eventually(`engaged: ${wanted}`, () => collector.collected().brake?.engaged === wanted, 60_000)
  await engaged(true)
  assert.equal(collector.collected().brake?.detail, '/ready answered 503')
  status = 204
  await engaged(false)
  await health[Symbol.asyncDispose]()
  assert.equal(collector.collected().brake?.engaged, false)
})
