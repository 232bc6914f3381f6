import { connect } from 'amqplib'
import { Redis } from 'ioredis'
import { Client } from 'pg'

const timeoutMs = 5_000

/** Resolves when a RabbitMQ lets us in at this URL. @throws the reason within about 5 s otherwise */
export async function probeAmqp(url: string): Promise<void> {
  const connection = await connect(url, { timeout: timeoutMs })
  // A connection that breaks while it is being closed is as good as closed.
  connection.on('error', () => {})
  await connection.close().catch(() => {})
}

/** Resolves when the management API answers with this URL's user and password (else those of the AMQP URL). @throws the reason otherwise */
export async function probeManagement(url: string, amqpUrl: string): Promise<void> {
  const target = new URL(`${url.replace(/\/+$/, '')}/api/overview`)
  const { username, password } = target.username ? target : new URL(amqpUrl)
  target.username = ''
  target.password = ''
  const credentials = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`
  const authorization = `Basic ${Buffer.from(credentials).toString('base64')}`
  const response = await fetch(target, {
    headers: { authorization },
    signal: AbortSignal.timeout(timeoutMs),
  })
  await response.arrayBuffer()
  if (!response.ok) throw new Error(`GET /api/overview answered ${response.status}`)
}

/** Resolves when a PostgreSQL runs a statement at this URL. @throws the reason otherwise */
export async function probePostgres(url: string): Promise<void> {
  const client = new Client({
    connectionString: url,
    connectionTimeoutMillis: timeoutMs,
    query_timeout: timeoutMs,
  })
  client.on('error', () => {})
  try {
    await client.connect()
    await client.query('SELECT 1')
  } finally {
    await client.end().catch(() => {})
  }
}

/** Resolves when a Redis answers PING at this URL. @throws the reason otherwise */
export async function probeRedis(url: string): Promise<void> {
  const client = new Redis(url, {
    lazyConnect: true,
    retryStrategy: () => null,
    connectTimeout: timeoutMs,
    commandTimeout: timeoutMs,
    maxRetriesPerRequest: 0,
    // How long a timer outlives `disconnect`, and with it the process: 2 s if left alone.
    disconnectTimeout: 100,
  })
  // Without a listener ioredis prints what `connect` rejects with; the event has the better reason.
  let reason: Error | undefined
  client.on('error', (error: Error) => {
    reason = error
  })
  try {
    await client.connect()
    await client.ping()
  } catch (error) {
    throw reason ?? error
  } finally {
    client.disconnect()
  }
}
