import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { describe, test } from 'node:test'
import type { GetMessage } from 'amqplib'
import { DependencyUnavailable } from '../errors/dependency-unavailable.ts'
import { createMetrics } from '../metrics/metrics.ts'
import { capturedLog } from '../testing/captured-log.ts'
import { eventually } from '../testing/eventually.ts'
import { type FreshQueues, freshQueues } from '../testing/fresh-queues.ts'
import { endConnection } from '../testing/management.ts'
import { serverUrl } from '../testing/servers.ts'
import { tcpProxy } from '../testing/tcp-proxy.ts'
import { openPublisher, type Publisher, type PublisherOptions } from './publisher.ts'

interface Padded {
  id: string
  padding?: string
}

interface Opened extends AsyncDisposable {
  queues: FreshQueues
  publisher: Publisher<Padded>
  metric(name: string): Promise<number | undefined>
}

async function open(options: Partial<PublisherOptions> = {}): Promise<Opened> {
  const queues = await freshQueues()
  const metrics = createMetrics('test')
  const publisher = await openPublisher<Padded>({
    url: serverUrl('AMQP_URL'),
    names: queues.names,
    routingKey: 'sample',
    type: 'kit.sample',
    windowEvents: 10_000,
    groupEvents: 64,
    confirmTimeoutMs: 5_000,
    log: capturedLog().log,
    metrics,
    ...options,
  })
  await eventually('the publisher is ready', () => publisher.readiness() === true)
  return {
    queues,
    publisher,
    async metric(name) {
      const line = (await metrics.registry.metrics()).split('\n').find((one) => one.startsWith(name))
      return line === undefined ? undefined : Number(line.split(' ').at(-1))
    },
    async [Symbol.asyncDispose]() {
      await publisher.close()
      await queues[Symbol.asyncDispose]()
    },
  }
}

const events = (count: number, padding?: string): Padded[] =>
  Array.from({ length: count }, () => ({ id: randomUUID(), ...(padding && { padding }) }))
const ready = async ({ channel, names }: FreshQueues) => (await channel.checkQueue(names.queue)).messageCount
const eventsOf = (message: GetMessage) =>
  (JSON.parse(message.content.toString()) as { events: Padded[] }).events

async function takeAll({ channel, names }: FreshQueues): Promise<GetMessage[]> {
  const messages: GetMessage[] = []
  while (true) {
    const message = await channel.get(names.queue, { noAck: true })
    if (!message) return messages
    messages.push(message)
  }
}

function isUnavailable(reason: RegExp, outcomeUnknown = false) {
  return (error: unknown) => {
    assert.ok(error instanceof DependencyUnavailable)
    assert.match(error.message, reason)
    assert.equal(error.outcomeUnknown, outcomeUnknown)
    return true
  }
}

describe('a publisher', { concurrency: 4 }, () => {
  test('puts events of one turn of the event loop into few messages, each event once and in order', async () => {
    await using opened = await open()
    const sent = events(1_000)
    await Promise.all(sent.map((event) => opened.publisher.publish(event)))
    const messages = await takeAll(opened.queues)
    assert.equal(messages.length, Math.ceil(1_000 / 64))
    assert.deepEqual(messages.flatMap(eventsOf), sent)
    assert.equal(await opened.metric('chairlift_publisher_events_total{result="confirmed"'), 1_000)
    assert.equal(await opened.metric('chairlift_publisher_in_flight_events'), 0)
  })

  test('describes its messages and makes them persistent', async () => {
    await using opened = await open()
    await opened.publisher.publish({ id: 'one' })
    const { properties, fields } = (await takeAll(opened.queues))[0] as GetMessage
    assert.equal(fields.routingKey, 'sample')
    assert.equal(properties.deliveryMode, 2)
    assert.equal(properties.contentType, 'application/json')
    assert.equal(properties.type, 'kit.sample')
    assert.match(String(properties.messageId), /^[0-9a-f-]{36}$/)
    assert.ok(Math.abs(Number(properties.timestamp) - Date.now()) < 60_000)
  })

  test('sends one message an event when grouping is off', async () => {
    await using opened = await open({ groupEvents: 1 })
    await Promise.all(events(100).map((event) => opened.publisher.publish(event)))
    const messages = await takeAll(opened.queues)
    assert.deepEqual(
      messages.map((message) => eventsOf(message).length),
      Array.from({ length: 100 }, () => 1),
    )
  })

  test('refuses at once above its window, and takes events again below', async () => {
    await using opened = await open({ windowEvents: 10 })
    const taken = events(10).map((event) => opened.publisher.publish(event))
    await assert.rejects(opened.publisher.publish({ id: 'x' }), isUnavailable(/window is full/))
    assert.equal(opened.publisher.readiness(), true)
    await Promise.all(taken)
    await opened.publisher.publish({ id: 'y' })
    assert.equal(await opened.metric('chairlift_publisher_events_total{result="refused"'), 1)
  })

  test('refuses at once while it is not connected, and takes events again after', async () => {
    await using proxy = await tcpProxy(serverUrl('AMQP_URL'))
    await using opened = await open({ url: proxy.url })
    proxy.cut({ refuse: true })
    await eventually('lost', () => opened.publisher.readiness() !== true)
    await assert.rejects(opened.publisher.publish({ id: 'x' }), isUnavailable(/not connected/))
    proxy.accept()
    await eventually('ready again', () => opened.publisher.readiness() === true)
    await opened.publisher.publish({ id: 'y' })
    assert.equal(await ready(opened.queues), 1)
  })

  test('starts, drains and closes while RabbitMQ is away', async () => {
    await using proxy = await tcpProxy(serverUrl('AMQP_URL'))
    await using queues = await freshQueues()
    proxy.cut({ refuse: true })
    const publisher = await openPublisher<Padded>({
      url: proxy.url,
      names: queues.names,
      routingKey: 'sample',
      type: 'kit.sample',
      windowEvents: 1,
      groupEvents: 1,
      confirmTimeoutMs: 100,
      log: capturedLog().log,
      metrics: createMetrics('test'),
    })
    assert.equal(publisher.readiness(), 'rabbitmq not connected')
    await assert.rejects(publisher.publish({ id: 'x' }), isUnavailable(/not connected/))
    await publisher.drain()
    await publisher.close()
  })

  test('rejects what no queue takes', async () => {
    await using opened = await open()
    const { channel, names } = opened.queues
    await channel.unbindQueue(names.queue, names.exchange, 'sample')
    await assert.rejects(opened.publisher.publish({ id: 'x' }), isUnavailable(/no queue takes/))
    await channel.bindQueue(names.queue, names.exchange, 'sample')
    await opened.publisher.publish({ id: 'y' })
    assert.equal(await ready(opened.queues), 1)
  })

  test('tells a refusal by RabbitMQ from an unknown outcome', async () => {
    await using opened = await open()
    const { channel, names } = opened.queues
    // A queue that is full at once stands for one that has reached its limit.
    const full = `${names.queue}.full`
    await channel.assertQueue(full, { maxLength: 1, arguments: { 'x-overflow': 'reject-publish' } })
    try {
      await channel.bindQueue(full, names.exchange, 'sample')
      await opened.publisher.publish({ id: 'fills it' })
      await assert.rejects(opened.publisher.publish({ id: 'x' }), isUnavailable(/nacked/))
      assert.equal(opened.publisher.readiness(), true)
    } finally {
      await channel.deleteQueue(full)
    }
  })

  test('RID-D5: heals after RabbitMQ has closed its channel', async () => {
    await using opened = await open()
    const { channel, names } = opened.queues
    await channel.deleteExchange(names.exchange)
    // Publishing to an exchange that is not there closes the channel.
    await assert.rejects(opened.publisher.publish({ id: 'x' }), isUnavailable(/rabbitmq/, true))
    await eventually('ready again', () => opened.publisher.readiness() === true)
    const results = await Promise.allSettled(events(200).map((event) => opened.publisher.publish(event)))
    assert.equal(results.filter((one) => one.status === 'rejected').length, 0)
  })

  test('RID-D5: heals after RabbitMQ has closed its connection', async () => {
    await using opened = await open()
    await endConnection(`${opened.queues.names.exchange} publisher`)
    await eventually('lost', () => opened.publisher.readiness() !== true)
    await eventually('ready again', () => opened.publisher.readiness() === true)
    const results = await Promise.allSettled(events(200).map((event) => opened.publisher.publish(event)))
    assert.equal(results.filter((one) => one.status === 'rejected').length, 0)
  })

  test('leaves the outcome of events open that were on their way when the connection broke', async () => {
    await using proxy = await tcpProxy(serverUrl('AMQP_URL'))
    await using opened = await open({ url: proxy.url })
    proxy.pause()
    const published = opened.publisher.publish({ id: 'x' })
    const rejected = assert.rejects(published, isUnavailable(/./, true))
    await eventually(
      'sent',
      async () => (await opened.metric('chairlift_publisher_group_events_count')) === 1,
    )
    proxy.cut()
    await rejected
    await opened.publisher.drain()
    await eventually('ready again', () => opened.publisher.readiness() === true)
    await opened.publisher.publish({ id: 'y' })
  })

  test('answers in time when RabbitMQ does not confirm, refuses until it does, and then goes on', async () => {
    await using proxy = await tcpProxy(serverUrl('AMQP_URL'))
    await using opened = await open({ url: proxy.url, confirmTimeoutMs: 100 })
    proxy.pause()
    await assert.rejects(
      opened.publisher.publish({ id: 'x' }),
      isUnavailable(/did not confirm in time/, true),
    )
    await assert.rejects(opened.publisher.publish({ id: 'y' }), isUnavailable(/does not confirm/))
    assert.equal(opened.publisher.readiness(), 'rabbitmq does not confirm')
    assert.equal(await opened.metric('chairlift_publisher_in_flight_events'), 1)
    proxy.resume()
    await eventually('ready again', () => opened.publisher.readiness() === true)
    await opened.publisher.publish({ id: 'z' })
    assert.deepEqual(
      (await takeAll(opened.queues)).flatMap(eventsOf).map((event) => event.id),
      ['x', 'z'],
    )
  })

  test('answers events in time, too, that were held back because RabbitMQ no longer reads', async () => {
    await using proxy = await tcpProxy(serverUrl('AMQP_URL'))
    await using opened = await open({ url: proxy.url, confirmTimeoutMs: 2_000, groupEvents: 1 })
    proxy.pause()
    // More than the sockets' buffers (some MB) and amqplib's own (about 2 000 frames) hold.
    const published: Promise<boolean>[] = []
    for (const event of events(3_000, 'x'.repeat(10_000))) {
      // Looked at from the start: on a busy machine the first may be rejected before the last is published.
      published.push(
        opened.publisher.publish(event).then(
          () => false,
          (error: DependencyUnavailable) => error.outcomeUnknown,
        ),
      )
      if (published.length % 100 === 0) await new Promise(setImmediate)
    }
    const outcomes = await Promise.all(published)
    const inFlight = await opened.metric('chairlift_publisher_in_flight_events')
    // A connection that RabbitMQ does not read cannot be closed either.
    proxy.resume()
    assert.ok(outcomes.includes(true), 'some were sent')
    assert.ok(outcomes.includes(false), 'some were held back, and certainly have no effect')
    const sent = outcomes.filter((unknown) => unknown).length
    assert.equal(inFlight, sent)
    await opened.publisher.drain()
    assert.equal(await ready(opened.queues), sent)
  })

  test('drains: waits until every event has its answer', async () => {
    await using opened = await open()
    let answered = 0
    for (const event of events(500)) void opened.publisher.publish(event).then(() => answered++)
    await opened.publisher.drain()
    await new Promise(setImmediate)
    assert.equal(answered, 500)
    await opened.publisher.drain()
  })

  test('closes: events that are on their way get an answer, and new ones are refused', async () => {
    await using opened = await open()
    const published = Promise.allSettled(events(100).map((event) => opened.publisher.publish(event)))
    await opened.publisher.close()
    await published
    await assert.rejects(opened.publisher.publish({ id: 'x' }), DependencyUnavailable)
  })

  test('survives connections that break while it sets them up', async () => {
    await using proxy = await tcpProxy(serverUrl('AMQP_URL'))
    await using opened = await open({ url: proxy.url })
    // Cut as soon as the new connection has said something, a little later each time.
    for (let bytes = 1; bytes < 1_000; bytes += 100) {
      const before = proxy.received()
      proxy.cut()
      await eventually('the new connection talks', () => proxy.received() > before + bytes)
    }
    await eventually('ready again', () => opened.publisher.readiness() === true)
    await opened.publisher.publish({ id: 'y' })
  })
})
