import { type BrokerConnection, openBrokerConnection } from '@chairlift/kit/broker/broker-connection.ts'
import { DependencyUnavailable } from '@chairlift/kit/errors/dependency-unavailable.ts'
import type { Logger } from '@chairlift/kit/log/logger.ts'
import type { Channel, ChannelModel, ConfirmChannel, ConsumeMessage } from 'amqplib'
import type { CommandLog, LogEntry, LogListener } from './command-log.ts'

export interface StreamLogOptions {
  url: string
  /** Name of the stream. */
  name: string
  /** Entries may be dropped by the broker when they are older (s). */
  retentionSeconds: number
  /** Longest wait for a confirmation (ms). */
  confirmTimeoutMs: number
  log: Logger
}

/** Entries on their way to this reader. The broker sends whole chunks, so it is no bound of memory. */
const prefetchEntries = 1_000

/**
 * The log as a RabbitMQ stream. A confirmation means that a majority of the stream's replicas holds the entry,
 * and readers see nothing else; it does not mean that anything was flushed to a disk.
 *
 * Writing and reading have connections of their own: under a memory alarm RabbitMQ stops reading from
 * connections that publish.
 */
export class StreamLog implements CommandLog {
  readonly #options: StreamLogOptions
  #writer: BrokerConnection | undefined
  #reader: BrokerConnection | undefined
  #writeChannel: ConfirmChannel | undefined
  #writeModel: ChannelModel | undefined
  readonly #unconfirmed = new Set<(error: Error) => void>()

  constructor(options: StreamLogOptions) {
    this.#options = options
  }

  /** Connects in the background; what is called before is refused. */
  async open(): Promise<this> {
    const { url, name, log } = this.#options
    this.#writer = await openBrokerConnection({
      url,
      name: `${name} writer`,
      log,
      onOpen: async (model) => {
        const channel = await model.createConfirmChannel()
        channel.on('error', (error) => log.warn({ reason: error.message }, 'channel to the log closed'))
        await this.#declare(channel)
        this.#writeChannel = channel
        this.#writeModel = model
      },
      onLost: (error) => {
        this.#writeChannel = undefined
        this.#writeModel = undefined
        for (const fail of [...this.#unconfirmed]) fail(error)
      },
      // Entries that cannot be confirmed for now must not pile up in this process.
      onBlocked: () => {
        this.#writeChannel = undefined
      },
      onUnblocked: () => this.#writer?.reset('publishing is possible again'),
    })
    return this
  }

  append(id: string, body: Buffer): Promise<void> {
    const channel = this.#writeChannel
    if (!channel) return Promise.reject(new DependencyUnavailable('log', 'not connected to RabbitMQ'))
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const settle = (error: Error | null) => {
      clearTimeout(timer)
      this.#unconfirmed.delete(fail)
      if (error)
        reject(new DependencyUnavailable('log', error.message, { cause: error, outcomeUnknown: true }))
      else resolve()
    }
    const fail = (error: Error) => settle(error)
    const timer = setTimeout(() => fail(new Error('no confirmation in time')), this.#options.confirmTimeoutMs)
    this.#unconfirmed.add(fail)
    try {
      const properties = { messageId: id, persistent: true, mandatory: true }
      channel.publish('', this.#options.name, body, properties, (error) => settle(error as Error | null))
    } catch (error) {
      // Publishing on a channel that was just closed throws.
      settle(error as Error)
    }
    return promise
  }

  async appendAndLocate(id: string, body: Buffer): Promise<number> {
    const model = this.#writeModel
    if (!model) throw new DependencyUnavailable('log', 'not connected to RabbitMQ')
    const found = Promise.withResolvers<number>()
    found.promise.catch(() => undefined)
    const failed = (cause: unknown) =>
      found.reject(
        new DependencyUnavailable('log', 'the log cannot be read', { cause, outcomeUnknown: true }),
      )
    const timer = setTimeout(() => failed(new Error('timed out')), this.#options.confirmTimeoutMs)
    let channel: Channel | undefined
    try {
      channel = await model.createChannel()
      channel.on('error', failed)
      channel.on('close', failed)
      await channel.prefetch(prefetchEntries)
      const onMessage = (message: ConsumeMessage | null) => {
        if (message === null) return failed(new Error('the stream was deleted'))
        if (message.properties.messageId === id) found.resolve(offsetOf(message))
        else acknowledge(channel, message)
      }
      // Attached first: every entry written from now on is seen here, so this one cannot be missed.
      await channel.consume(this.#options.name, onMessage, { arguments: { 'x-stream-offset': 'next' } })
      await this.append(id, body)
      return await found.promise
    } catch (error) {
      if (error instanceof DependencyUnavailable) throw error
      const cause = error as Error
      throw new DependencyUnavailable('log', cause.message, { cause, outcomeUnknown: true })
    } finally {
      clearTimeout(timer)
      await channel?.close().catch(() => undefined)
    }
  }

  async read(listener: LogListener): Promise<void> {
    const { url, name, log } = this.#options
    this.#reader = await openBrokerConnection({
      url,
      name: `${name} reader`,
      log,
      onOpen: async (model) => {
        const channel = await model.createChannel()
        channel.on('error', (error) => log.warn({ reason: error.message }, 'channel to the log closed'))
        // A channel that alone was closed gives no more entries; only a new connection does.
        channel.on('close', () => this.#reader?.reset('the channel was closed'))
        await this.#declare(channel)
        await channel.prefetch(prefetchEntries)
        listener.connected()
        await this.#consume(channel, listener)
      },
      onLost: (error) => listener.interrupted(error.message),
    })
  }

  /** The broker drops old segments by itself; see `retentionSeconds`. */
  truncate(): Promise<void> {
    return Promise.resolve()
  }

  async close(): Promise<void> {
    await Promise.all([this.#writer?.close(), this.#reader?.close()])
  }

  async #declare(channel: Channel): Promise<void> {
    await channel.assertQueue(this.#options.name, {
      durable: true,
      arguments: { 'x-queue-type': 'stream', 'x-max-age': `${this.#options.retentionSeconds}s` },
    })
  }

  async #consume(channel: Channel, listener: LogListener): Promise<void> {
    const from = listener.position()
    let waiting: LogEntry[] = []
    let last: ConsumeMessage | undefined
    const flush = () => {
      const entries = waiting
      const message = last
      waiting = []
      last = undefined
      listener.entries(entries)
      // An acknowledgement is the credit for further chunks.
      if (message) acknowledge(channel, message, true)
    }
    const onMessage = (message: ConsumeMessage | null) => {
      if (message === null) return this.#reader?.reset('the stream was deleted')
      // Chunks arrive whole: what lies before the wanted offset is passed over.
      const offset = offsetOf(message)
      if (offset >= from) waiting.push({ offset, body: message.content })
      if (last === undefined) setImmediate(flush)
      last = message
    }
    await channel.consume(this.#options.name, onMessage, {
      // 0 is not written as a number: the first entries may be gone already.
      arguments: { 'x-stream-offset': from > 0 ? from : 'first' },
    })
  }
}

function offsetOf(message: ConsumeMessage): number {
  return (message.properties.headers as Record<string, unknown>)['x-stream-offset'] as number
}

/** On a closed channel this throws; the delivery tags are void then anyway. */
function acknowledge(channel: Channel | undefined, message: ConsumeMessage, allUpTo = false): void {
  try {
    channel?.ack(message, allUpTo)
  } catch {
    // The loss of the channel is handled where it is reported.
  }
}
