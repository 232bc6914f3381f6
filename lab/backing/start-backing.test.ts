import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { connect } from 'amqplib'
import { Redis } from 'ioredis'
import { Client } from 'pg'
import { readProcess } from './process-table.ts'
import { type Backing, startBacking } from './start-backing.ts'

const patience = { timeout: 30_000, interval: 50 }
const path = { PATH: process.env.PATH }

let backing: Backing
const logged: string[] = []
before(async () => {
  backing = await startBacking({ environment: path, log: (message) => logged.push(message) })
})
after(() => backing.stop())

async function query(url: string, text: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query({ text, rowMode: 'array' })).rows.flat()
  } finally {
    await client.end()
  }
}

async function withRedis<Value>(url: string, use: (client: Redis) => Promise<Value>): Promise<Value> {
  const client = new Redis(url)
  try {
    return await use(client)
  } finally {
    client.disconnect()
  }
}

async function publish(url: string, queue: string, message: string): Promise<void> {
  const connection = await connect(url)
  const channel = await connection.createConfirmChannel()
  await channel.assertQueue(queue, { durable: true, arguments: { 'x-queue-type': 'quorum' } })
  channel.sendToQueue(queue, Buffer.from(message), { persistent: true })
  await channel.waitForConfirms()
  await connection.close()
}

/** Takes a message off the queue; null when there is none. */
async function take(url: string, queue: string): Promise<string | null> {
  const connection = await connect(url)
  try {
    const channel = await connection.createChannel()
    // After a restart the queue is 404 for a moment, which fails the call and ends the channel.
    channel.on('error', () => {})
    const message = await channel.get(queue, { noAck: true })
    return message ? message.content.toString() : null
  } finally {
    await connection.close()
  }
}

function labFolders(): string[] {
  return readdirSync(tmpdir()).filter((name) => /^chairlift-[0-9a-f]{12}$/.test(name))
}

describe('private servers', () => {
  test('PostgreSQL is durable and allows for many connections', async () => {
    const shown = "SELECT current_setting('fsync'), current_setting('synchronous_commit')"
    assert.deepEqual(await query(backing.databaseUrl, shown), ['on', 'on'])
    assert.deepEqual(await query(backing.databaseUrl, 'SHOW max_connections'), ['200'])
  })

  test('a server that is killed comes back on its port, RabbitMQ and PostgreSQL with their data', async (t) => {
    await query(backing.databaseUrl, 'CREATE TABLE kept AS SELECT 7 AS value')
    const { rabbitmq, postgres, redis } = backing.owned
    assert.ok(rabbitmq && postgres && redis)
    await publish(backing.amqpUrl, 'lab.kept', 'first')
    // RabbitMQ 3.10 writes a new quorum queue's registration to disk half a second late: killed before, it
    // never finds that queue's messages again. A clean stop writes it at once.
    await rabbitmq.restart()
    await t.waitFor(async () => assert.equal(await take(backing.amqpUrl, 'lab.kept'), 'first'), patience)
    await publish(backing.amqpUrl, 'lab.kept', 'second')
    const pids = [rabbitmq.pid, postgres.pid, redis.pid]
    await Promise.all(
      [rabbitmq, postgres, redis].map(async (server) => {
        await server.kill('SIGKILL')
        assert.throws(() => server.pid, /is down/)
        await server.restart()
      }),
    )
    assert.ok(![rabbitmq.pid, postgres.pid, redis.pid].some((pid) => pids.includes(pid)))
    assert.deepEqual(await query(backing.databaseUrl, 'SELECT value FROM kept'), [7])
    await t.waitFor(async () => assert.equal(await take(backing.amqpUrl, 'lab.kept'), 'second'), patience)
    assert.equal(await withRedis(backing.redisUrl, (client) => client.ping()), 'PONG')
    assert.ok(!logged.some((message) => message.includes('unexpectedly')))
  })

  test('a suspended server keeps connections and answers after it is resumed', async () => {
    const { redis } = backing.owned
    assert.ok(redis)
    await withRedis(backing.redisUrl, async (client) => {
      await client.ping()
      redis.suspend()
      let answered = false
      const answer = client.ping().then(() => {
        answered = true
      })
      // A whole round trip to another server gives it the time to answer, if it could.
      await query(backing.databaseUrl, 'SELECT pg_sleep(0.2)')
      assert.ok(!answered)
      redis.resume()
      await answer
    })
  })

  test('the memory alarm blocks publishers until it is cleared', async () => {
    const { rabbitmq } = backing.owned
    assert.ok(rabbitmq)
    const connection = await connect(backing.amqpUrl)
    const channel = await connection.createConfirmChannel()
    const { queue } = await channel.assertQueue('', { exclusive: true })
    await rabbitmq.setMemoryAlarm(true)
    const blocked = once(connection, 'blocked')
    channel.sendToQueue(queue, Buffer.from('held back'))
    assert.match(String((await blocked)[0]), /memory/)
    const unblocked = once(connection, 'unblocked')
    await rabbitmq.setMemoryAlarm(false)
    await unblocked
    await channel.waitForConfirms()
    await connection.close()
  })

  test('the broker closes all connections with the reason given', async () => {
    const connection = await connect(backing.amqpUrl)
    const closed = once(connection, 'close')
    await backing.owned.rabbitmq?.closeAllConnections('drill')
    const [error] = (await closed) as [Error]
    assert.match(error.message, /CONNECTION_FORCED.*drill/)
  })

  test('the management API knows a queue within a few seconds', async (t) => {
    await publish(backing.amqpUrl, 'lab.counted', 'first')
    const url = new URL(`${backing.managementUrl}/api/queues/%2f/lab.counted`)
    const authorization = `Basic ${btoa(`${url.username}:${url.password}`)}`
    url.username = ''
    url.password = ''
    await t.waitFor(async () => {
      const answer = await fetch(url, { headers: { authorization } })
      assert.equal(((await answer.json()) as { messages?: number }).messages, 1)
    }, patience)
  })

  test('an unexpected end is reported with its signal', async (t) => {
    const { redis } = backing.owned
    assert.ok(redis)
    process.kill(redis.pid, 'SIGKILL')
    await t.waitFor(() => assert.match(logged.join('\n'), /redis ended unexpectedly \(SIGKILL\)/), patience)
    await redis.restart()
  })
})

describe('external servers', () => {
  test('those named by the environment are used, not owned, and still there afterwards', async () => {
    const second = await startBacking({ environment: { ...path, ...backing.environment }, log: () => {} })
    assert.deepEqual(second.environment, backing.environment)
    assert.deepEqual(second.owned, {})
    assert.deepEqual(
      second.servers.map(({ owned, pids }) => ({ owned, pids })),
      Array(3).fill({ owned: false, pids: [] }),
    )
    await second.stop()
    assert.deepEqual(await query(backing.databaseUrl, 'SELECT 1'), [1])
    assert.equal(await withRedis(backing.redisUrl, (client) => client.ping()), 'PONG')
    await publish(backing.amqpUrl, 'lab.external', 'welcome')
  })

  const wrong = {
    AMQP_URL: 'amqp://user:hidden@127.0.0.1:1',
    DATABASE_URL: 'postgres://user:hidden@127.0.0.1:1/none',
    REDIS_URL: 'redis://:hidden@127.0.0.1:1',
  }
  for (const [variable, url] of Object.entries(wrong)) {
    test(`a ${variable} where nothing answers is named, without its password, and nothing is left`, async () => {
      const foldersBefore = labFolders()
      const start = startBacking({ environment: { ...path, [variable]: url }, log: () => {} })
      await assert.rejects(start, (error: Error) => {
        assert.equal(error.name, 'ExternalServerError')
        assert.match(error.message, new RegExp(`^${variable}: .*127\\.0\\.0\\.1:1.*ECONNREFUSED`))
        assert.doesNotMatch(error.message, /hidden/)
        return true
      })
      assert.deepEqual(labFolders(), foldersBefore)
    })
  }

  test('a refused password and a management URL of something else are told apart', async () => {
    const { AMQP_URL = '', RABBITMQ_MANAGEMENT_URL: _, ...others } = backing.environment
    const badPassword = { ...path, ...others, AMQP_URL: AMQP_URL.replace(/:[^:@]+@/, ':wrong@') }
    await assert.rejects(
      startBacking({ environment: badPassword, log: () => {} }),
      /^\w+: AMQP_URL: .*ACCESS/,
    )
    const notManagement = { ...path, ...others, AMQP_URL, RABBITMQ_MANAGEMENT_URL: 'http://127.0.0.1:1' }
    await assert.rejects(
      startBacking({ environment: notManagement, log: () => {} }),
      /^\w+: RABBITMQ_MANAGEMENT_URL: /,
    )
    const lonely = { ...path, ...others, RABBITMQ_MANAGEMENT_URL: 'http://127.0.0.1:1' }
    await assert.rejects(startBacking({ environment: lonely, log: () => {} }), /AMQP_URL is not/)
  })
})

test('the URL of a server that was not asked for throws', async () => {
  const environment = { ...path, REDIS_URL: backing.redisUrl }
  await using partial = await startBacking({ environment, rabbitmq: false, postgres: false, log: () => {} })
  assert.equal(partial.redisUrl, backing.redisUrl)
  assert.throws(() => partial.amqpUrl, /AMQP_URL.*not asked for/)
})

test('a start that is given up leaves nothing', async () => {
  const foldersBefore = labFolders()
  const given = new AbortController()
  const log = (message: string) => message.startsWith('redis is ready') && given.abort(new Error('enough'))
  await assert.rejects(startBacking({ environment: path, log, signal: given.signal }), /enough/)
  assert.deepEqual(labFolders(), foldersBefore)
})

test('a second lab runs beside the first, and its SIGKILL leaves neither process nor folder', async (t) => {
  const source = `
    import { startBacking } from ${JSON.stringify(import.meta.resolve('./start-backing.ts'))}
    const backing = await startBacking({ environment: { PATH: process.env.PATH }, log: () => {} })
    const { environment, servers } = backing
    console.log(JSON.stringify({ environment, servers: servers.map(({ pids, logFile }) => ({ pids, logFile })) }))
  `
  const lab = spawn(process.execPath, ['--input-type=module', '--eval', source], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [line] = (await once(lab.stdout, 'data')) as [Buffer]
  const second = JSON.parse(line.toString()) as Pick<Backing, 'environment' | 'servers'>
  for (const [variable, url] of Object.entries(second.environment)) {
    assert.notEqual(new URL(url).port, new URL(backing.environment[variable] ?? '').port)
  }
  assert.deepEqual(await query(second.environment.DATABASE_URL ?? '', 'SELECT 2'), [2])

  const pids = second.servers.flatMap((server) => server.pids)
  const folder = dirname(dirname(second.servers[0]?.logFile ?? ''))
  assert.ok(pids.length >= 10 && pids.every((pid) => readProcess(pid)), `${pids}`)
  assert.ok(existsSync(folder))
  lab.kill('SIGKILL')
  await t.waitFor(() => {
    assert.deepEqual(
      pids.filter((pid) => readProcess(pid)),
      [],
    )
    assert.ok(!existsSync(folder))
  }, patience)
  assert.deepEqual(await query(backing.databaseUrl, 'SELECT 1'), [1])
})

test('a stopped backing leaves neither process nor folder, and may be stopped again', async () => {
  const environment = { ...path, AMQP_URL: backing.amqpUrl }
  const second = await startBacking({ environment, log: () => {} })
  const pids = second.servers.flatMap((server) => server.pids)
  const folder = dirname(dirname(second.owned.postgres?.logFile ?? ''))
  assert.ok(existsSync(folder))
  await second.owned.postgres?.kill('SIGKILL')
  await second.stop()
  await second.stop()
  assert.deepEqual(
    pids.filter((pid) => readProcess(pid)),
    [],
  )
  assert.ok(!existsSync(folder))
})
