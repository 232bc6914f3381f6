import { type ChannelModel, connect, type RecoveringChannelModel } from 'amqplib'
import { type Logger, withoutCredentials } from '../log/logger.ts'

export type BrokerState = 'connecting' | 'open' | 'blocked' | 'closed'

export interface BrokerConnection {
  readonly state: BrokerState
  /** Why there is no connection now, if that is known. */
  readonly fault: string | undefined
  /** Ends the present connection, so that a new one with fresh channels is made. */
  reset(reason: string): void
  close(): Promise<void>
}

export interface BrokerConnectionOptions {
  url: string
  /** Shown in RabbitMQ's list of connections. */
  name: string
  log: Logger
  /** Makes channels on a new connection; runs again after every loss, before the state becomes open. */
  onOpen(model: ChannelModel): Promise<void>
  /** The connection, and every channel and delivery tag made on it, is gone. */
  onLost(error: Error): void
  onBlocked?(): void
  onUnblocked?(): void
}

/**
 * A connection that comes back by itself: amqplib's recovery with a start that does not wait, so that a
 * process boots while RabbitMQ is down, and with back-off of at most 1 s, so that it is back soon after.
 *
 * Publishing and consuming use connections of their own, because RabbitMQ stops reading from connections that
 * publish while a memory or disk alarm lasts.
 */
export async function openBrokerConnection(options: BrokerConnectionOptions): Promise<BrokerConnection> {
  const { log } = options
  let state: BrokerState = 'connecting'
  let current: ChannelModel | undefined
  let fault: string | undefined

  const recovering: RecoveringChannelModel = await connect(withHeartbeat(options.url), {
    clientProperties: { connection_name: options.name },
    timeout: 5_000,
    noDelay: true,
    recovery: {
      waitForConnect: false,
      initialDelay: 100,
      maxDelay: 1_000,
      factor: 2,
      jitter: 0.2,
      maxRetries: Number.POSITIVE_INFINITY,
      initialMaxRetries: Number.POSITIVE_INFINITY,
      setup: async (model: ChannelModel) => {
        // The recovery listens only after this; a connection that breaks before would end the process.
        model.on('error', () => undefined)
        await options.onOpen(model)
        current = model
      },
    },
  })
  recovering.on('connect', () => {
    state = 'open'
    fault = undefined
    log.info({ broker: withoutCredentials(options.url), connection: options.name }, 'connected to RabbitMQ')
  })
  recovering.on('disconnect', (error: Error) => {
    if (state !== 'closed') state = 'connecting'
    current = undefined
    fault = error.message
    log.warn({ connection: options.name, reason: error.message }, 'connection to RabbitMQ lost')
    options.onLost(error)
  })
  recovering.on('connect-failed', (error: Error) => {
    fault = error.message
    log.warn({ connection: options.name, reason: error.message }, 'cannot connect to RabbitMQ')
  })
  recovering.on('blocked', (reason: string) => {
    state = 'blocked'
    log.warn({ reason }, 'RabbitMQ blocks publishers')
    options.onBlocked?.()
  })
  recovering.on('unblocked', () => {
    state = 'open'
    log.info('RabbitMQ takes messages again')
    options.onUnblocked?.()
  })
  // A refused operation is reported on the channel and closes it; without a listener Node would exit.
  recovering.on('error', (error: Error) => log.warn({ reason: error.message }, 'RabbitMQ connection error'))

  return {
    get state() {
      return state
    },
    get fault() {
      return fault
    },
    reset(reason) {
      if (state === 'closed') return
      log.warn({ connection: options.name, reason }, 'reset the connection to RabbitMQ')
      current?.close().catch(() => undefined)
    },
    async close() {
      state = 'closed'
      await recovering.close()
    },
  }
}

/** A dead peer is found after two missed heartbeats: 5 s each instead of RabbitMQ's 60 s, unless the URL says. */
function withHeartbeat(url: string): string {
  const parsed = new URL(url)
  if (!parsed.searchParams.has('heartbeat')) parsed.searchParams.set('heartbeat', '5')
  return parsed.href
}
