import { isIP } from 'node:net'
import { type Channel, type ChannelModel, connect } from 'amqplib'
import { backoffMs } from '../kubernetes/backoff.ts'
import { explainAmqpError, type SignalFault } from './signal-fault.ts'

export interface DepthReader {
  /** Messages that wait in a queue now. @throws SignalFault, within about 6 s at the latest */
  read(queue: string): Promise<number>
  close(): Promise<void>
}

/** For opening a connection, and again for an answer: longer than any healthy broker takes. */
const timeoutMs = 3_000
const maxRetryMs = 5_000

/**
 * Reads the depth of queues of one vhost by AMQP passive declare: it asks the queue itself, while the figures of the
 * management API are 5–10 s old. The connection is opened when it is needed and again after a loss, but a broker that
 * refuses is not asked more often than every few seconds.
 */
export function openDepthReader(url: string, vhost: string, ca: string | undefined): DepthReader {
  let opening: Promise<ChannelModel> | undefined
  let model: ChannelModel | undefined
  // One each: RabbitMQ closes the channel when a queue is not there.
  const channels = new Map<string, Channel>()
  let failures = 0
  let retryAtMs = 0
  let lastFault: SignalFault | undefined
  let closed = false

  function forget(gone: ChannelModel): void {
    if (model !== gone) return
    model = undefined
    opening = undefined
    channels.clear()
  }

  async function openModel(): Promise<ChannelModel> {
    const parsed = new URL(url)
    if (!parsed.searchParams.has('heartbeat')) parsed.searchParams.set('heartbeat', '5')
    const fresh = await connect(parsed.href, {
      clientProperties: { connection_name: 'chairlift operator' },
      timeout: timeoutMs,
      noDelay: true,
      ...(ca !== undefined && { ca: [ca] }),
      // Virtual hosting of TLS: the certificate is chosen by name, which an address is not.
      ...(isIP(parsed.hostname) === 0 && { servername: parsed.hostname }),
    })
    fresh.on('error', () => forget(fresh))
    fresh.on('close', () => forget(fresh))
    model = fresh
    if (closed) await fresh.close()
    return fresh
  }

  async function connected(queue: string): Promise<ChannelModel> {
    if (model) return model
    if (!opening && lastFault && performance.now() < retryAtMs) throw lastFault
    opening ??= openModel()
    try {
      const opened = await opening
      failures = 0
      lastFault = undefined
      return opened
    } catch (error) {
      if (opening) {
        opening = undefined
        lastFault = explainAmqpError(error, `queue "${queue}" in vhost "${vhost}"`)
        retryAtMs = performance.now() + backoffMs(failures++, 250, maxRetryMs)
      }
      throw lastFault ?? error
    }
  }

  async function channelOf(queue: string): Promise<Channel> {
    const known = channels.get(queue)
    if (known) return known
    const channel = await (await connected(queue)).createChannel()
    const drop = () => {
      if (channels.get(queue) === channel) channels.delete(queue)
    }
    channel.on('error', drop)
    channel.on('close', drop)
    channels.set(queue, channel)
    return channel
  }

  return {
    async read(queue) {
      const what = `queue "${queue}" in vhost "${vhost}"`
      try {
        const channel = await channelOf(queue)
        const answer = await withTimeout(channel.checkQueue(queue))
        return answer.messageCount
      } catch (error) {
        // A peer that is silent although connected is not worth keeping.
        if (error instanceof SilentBroker && model) {
          const silent = model
          forget(silent)
          // It hears no goodbye either; missing heartbeats then end it.
          void silent.close().catch(() => undefined)
        }
        throw explainAmqpError(error, what)
      }
    },
    async close() {
      closed = true
      await withTimeout(model?.close() ?? Promise.resolve()).catch(() => undefined)
    },
  }
}

class SilentBroker extends Error {}

async function withTimeout<T>(work: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(
    () => late.reject(new SilentBroker(`no answer from RabbitMQ within ${timeoutMs} ms`)),
    timeoutMs,
  )
  try {
    return await Promise.race([work, late.promise])
  } finally {
    clearTimeout(timer)
  }
}
