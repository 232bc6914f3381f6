import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { eventually } from '@chairlift/kit/testing/eventually.ts'
import { freshQueues } from '@chairlift/kit/testing/fresh-queues.ts'
import { management } from '@chairlift/kit/testing/management.ts'
import { serverUrl } from '@chairlift/kit/testing/servers.ts'
import { tcpProxy } from '@chairlift/kit/testing/tcp-proxy.ts'
import { startTlsProxy } from '../testing/tls-proxy.ts'
import { inVhost } from './broker-settings.ts'
import { type DepthReader, openDepthReader } from './depth-reader.ts'
import type { FaultReason, SignalFault } from './signal-fault.ts'

const amqpUrl = () => inVhost(serverUrl('AMQP_URL'), '/')

async function open(url = amqpUrl(), vhost = '/', ca?: string) {
  const queues = await freshQueues()
  const reader = openDepthReader(url, vhost, ca)
  return {
    queues,
    reader,
    queue: queues.names.queue,
    async send(count: number) {
      const confirming = await queues.model.createConfirmChannel()
      for (let index = 0; index < count; index++) confirming.sendToQueue(queues.names.queue, Buffer.from('x'))
      await confirming.waitForConfirms()
      await confirming.close()
    },
    declare: () =>
      queues.channel.assertQueue(queues.names.queue, { arguments: { 'x-queue-type': 'quorum' } }),
    async [Symbol.asyncDispose]() {
      await reader.close()
      await queues[Symbol.asyncDispose]()
    },
  }
}

const faultOf = (reader: DepthReader, queue: string): Promise<FaultReason | number> =>
  reader.read(queue).catch((error: SignalFault) => error.reason)

const eventuallyReads = (reader: DepthReader, queue: string, answer: FaultReason | number) =>
  eventually(`${answer}`, async () => (await faultOf(reader, queue)) === answer, 60_000)

test('what was confirmed is read, and what is in work is not', async () => {
  await using opened = await open()
  await opened.declare()
  assert.equal(await opened.reader.read(opened.queue), 0)
  await opened.send(25)
  assert.equal(await opened.reader.read(opened.queue), 25)
  await opened.queues.channel.prefetch(10)
  await opened.queues.channel.consume(opened.queue, () => undefined)
  await eventuallyReads(opened.reader, opened.queue, 15)
})

test('a queue that is missing is named, is no zero, does not disturb the others, and is read once it is there', async () => {
  await using opened = await open()
  await using other = await open()
  await other.declare()
  const answers = await Promise.all([
    faultOf(opened.reader, opened.queue),
    opened.reader.read(other.queue),
    faultOf(opened.reader, opened.queue),
  ])
  assert.deepEqual(answers, ['QueueNotFound', 0, 'QueueNotFound'])
  await assert.rejects(opened.reader.read(opened.queue), {
    message: `queue "${opened.queue}" in vhost "/" does not exist`,
  })
  await opened.declare()
  await eventuallyReads(opened.reader, opened.queue, 0)
})

test('a vhost that is missing or forbidden is said so, and is read once it may be used', async () => {
  const vhost = `test-${randomBytes(6).toString('hex')}`
  await using opened = await open(inVhost(serverUrl('AMQP_URL'), vhost), vhost)
  assert.equal(await faultOf(opened.reader, 'some'), 'VhostNotFound')
  await management(`vhosts/${vhost}`, 'PUT')
  const user = new URL(serverUrl('AMQP_URL')).username
  try {
    await management(`permissions/${vhost}/${user}`, 'DELETE')
    assert.equal(await faultOf(opened.reader, 'some'), 'VhostNotFound')
    await management(`permissions/${vhost}/${user}`, 'PUT', {
      configure: '.*',
      write: '.*',
      read: '.*',
    })
    await eventuallyReads(opened.reader, 'some', 'QueueNotFound')
  } finally {
    await management(`vhosts/${vhost}`, 'DELETE')
  }
})

test('a wrong password is said so, without the password', async () => {
  const url = new URL(amqpUrl())
  url.password = 'not-the-password'
  await using opened = await open(url.href)
  await assert.rejects(opened.reader.read('some'), (error: SignalFault) => {
    assert.equal(error.reason, 'AuthenticationFailed')
    assert.doesNotMatch(error.message, /not-the-password/)
    return true
  })
})

test('a broker that is away is unreachable, not empty, and is read again when it is back', async () => {
  await using proxy = await tcpProxy(amqpUrl())
  await using opened = await open(proxy.url)
  await opened.declare()
  await opened.send(3)
  assert.equal(await opened.reader.read(opened.queue), 3)
  proxy.cut({ refuse: true })
  for (let round = 0; round < 3; round++)
    assert.equal(await faultOf(opened.reader, opened.queue), 'BrokerUnreachable')
  proxy.accept()
  await eventuallyReads(opened.reader, opened.queue, 3)
})

test('a broker that takes the question and gives no answer is left', async () => {
  await using proxy = await tcpProxy(amqpUrl())
  await using opened = await open(proxy.url)
  await opened.declare()
  assert.equal(await opened.reader.read(opened.queue), 0)
  proxy.pause()
  assert.equal(await faultOf(opened.reader, opened.queue), 'BrokerUnreachable')
  // New connections are forwarded again; the old one stays silent for ever.
  await eventuallyReads(opened.reader, opened.queue, 0)
})

test('TLS needs the authority that signed the certificate', async () => {
  await using proxy = await startTlsProxy(amqpUrl())
  await using trusting = await open(proxy.url, '/', proxy.ca)
  await trusting.declare()
  assert.equal(await trusting.reader.read(trusting.queue), 0)
  await using doubting = await open(proxy.url)
  assert.equal(await faultOf(doubting.reader, trusting.queue), 'CertificateRefused')
})
