import { type Channel, type ChannelModel, connect } from 'amqplib'

export interface QueueDepthReader extends AsyncDisposable {
  /** Ready messages of all the queues now; null while RabbitMQ cannot say. */
  read(): Promise<number | null>
}

/**
 * Reads queue depth by AMQP passive declare, which asks the queue itself: the figures of the management API are
 * seconds old. Unacknowledged messages are not in it; consumers export those.
 */
export function openQueueDepthReader(url: string, queues: readonly string[]): QueueDepthReader {
  let model: ChannelModel | undefined
  let channel: Channel | undefined

  async function open(): Promise<Channel> {
    if (channel) return channel
    model = await connect(url, { timeout: 2_000 })
    const forget = () => {
      channel = undefined
    }
    model.on('error', forget)
    model.on('close', forget)
    const fresh = await model.createChannel()
    fresh.on('error', forget)
    fresh.on('close', forget)
    channel = fresh
    return fresh
  }

  return {
    async read() {
      try {
        const on = await open()
        const counts = await Promise.all(
          queues.map(async (queue) => (await on.checkQueue(queue)).messageCount),
        )
        return counts.reduce((sum, count) => sum + count, 0)
      } catch {
        await model?.close().catch(() => undefined)
        channel = undefined
        return null
      }
    },
    async [Symbol.asyncDispose]() {
      await model?.close().catch(() => undefined)
    },
  }
}
