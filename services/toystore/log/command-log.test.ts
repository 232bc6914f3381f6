import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { describe, test } from 'node:test'
import { createLogger } from '@chairlift/kit/log/logger.ts'
import { createMetrics } from '@chairlift/kit/metrics/metrics.ts'
import { migrate } from '@chairlift/kit/postgres/migrate.ts'
import { openPool } from '@chairlift/kit/postgres/open-pool.ts'
import { eventually } from '@chairlift/kit/testing/eventually.ts'
import { freshDatabase } from '@chairlift/kit/testing/fresh-database.ts'
import { serverUrl } from '@chairlift/kit/testing/servers.ts'
import { tcpProxy } from '@chairlift/kit/testing/tcp-proxy.ts'
import { connect } from 'amqplib'
import { toystoreMigrations } from '../config.ts'
import type { CommandLog, LogEntry } from './command-log.ts'
import { StreamLog } from './stream-log.ts'
import { TableLog } from './table-log.ts'

const log = createLogger('test', 'silent')
type Opened = { open(): Promise<CommandLog>; cutConnections(): void } & AsyncDisposable

const drivers: Record<string, () => Promise<Opened>> = {
  async 'RabbitMQ stream'() {
    await using owned = new AsyncDisposableStack()
    const name = `test.log.${randomUUID()}`
    const proxy = owned.use(await tcpProxy(serverUrl('AMQP_URL')))
    owned.defer(async () => {
      const connection = await connect(serverUrl('AMQP_URL'))
      await (await connection.createChannel()).deleteQueue(name)
      await connection.close()
    })
    const all = owned.move()
    return {
      cutConnections: () => proxy.cut(),
      async open() {
        const opened = new StreamLog({
          url: proxy.url,
          name,
          retentionSeconds: 3_600,
          confirmTimeoutMs: 30_000,
          log,
        })
        all.defer(() => opened.close())
        return await opened.open()
      },
      [Symbol.asyncDispose]: () => all.disposeAsync(),
    }
  },
  async 'Postgres table'() {
    await using owned = new AsyncDisposableStack()
    const database = owned.use(await freshDatabase())
    const proxy = owned.use(await tcpProxy(database.url))
    const migrator = openPool({ ...poolOptions(), url: database.url })
    await migrate(migrator, 'toystore', toystoreMigrations, log)
    await migrator.end()
    const all = owned.move()
    return {
      cutConnections: () => proxy.cut(),
      open() {
        const pool = openPool({ ...poolOptions(), url: proxy.url })
        all.defer(() => pool.end())
        const opened = new TableLog({ pool, url: proxy.url, name: 'toystore', retentionSeconds: 0, log })
        all.defer(() => opened.close())
        return Promise.resolve(opened)
      },
      [Symbol.asyncDispose]: () => all.disposeAsync(),
    }
  },
}

function poolOptions() {
  return { name: 'test', connections: 4, timeoutMs: 30_000, log, metrics: createMetrics('test') }
}

/** Collects what a reader is given, as texts by offset. */
async function collect(opened: CommandLog, from = 0) {
  const seen: LogEntry[] = []
  let interruptions = 0
  let connections = 0
  await opened.read({
    position: () => (seen.at(-1)?.offset ?? from - 1) + 1,
    connected: () => {
      connections++
    },
    entries: (entries) => seen.push(...entries),
    interrupted: () => {
      interruptions++
    },
  })
  return {
    seen,
    texts: () => seen.map(({ body }) => body.toString()),
    interruptions: () => interruptions,
    connections: () => connections,
  }
}

const appendSoon = (opened: CommandLog, text: string) =>
  eventually('the log takes an entry', () => opened.appendAndLocate(randomUUID(), Buffer.from(text)))

for (const [name, openDriver] of Object.entries(drivers)) {
  describe(`log of commands: ${name}`, { timeout: 120_000 }, () => {
    test('entries get the offsets 0, 1, 2 …, and every reader is given all of them in that order', async () => {
      await using driver = await openDriver()
      const opened = await driver.open()
      assert.equal(await appendSoon(opened, 'first'), 0)
      const early = await collect(opened)
      const texts = Array.from({ length: 300 }, (_, index) => `entry ${index}`)
      await Promise.all(texts.map((text) => opened.append(randomUUID(), Buffer.from(text))))
      const late = await collect(await driver.open())
      for (const reader of [early, late]) {
        await eventually('all entries are read', () => reader.seen.length >= 301)
        assert.deepEqual(
          reader.seen.map(({ offset }) => offset),
          Array.from({ length: 301 }, (_, index) => index),
        )
      }
      assert.deepEqual(early.texts().toSorted(), ['first', ...texts].toSorted())
      assert.deepEqual(late.texts(), early.texts())
    })

    test('two writers at once never get one offset, and both are told the right ones', async () => {
      await using driver = await openDriver()
      const writers = [await driver.open(), await driver.open()]
      for (const writer of writers) await appendSoon(writer, 'hello')
      const reader = await collect(await driver.open())
      const located = await Promise.all(
        Array.from({ length: 40 }, async (_, index) => {
          const text = `entry ${index}`
          const writer = writers[index % 2] as CommandLog
          return { text, offset: await writer.appendAndLocate(randomUUID(), Buffer.from(text)) }
        }),
      )
      await eventually('all entries are read', () => reader.seen.length >= 42)
      const byOffset = new Map(reader.seen.map(({ offset, body }) => [offset, body.toString()]))
      for (const { text, offset } of located) assert.equal(byOffset.get(offset), text)
    })

    test('reading begins at the offset asked for', async () => {
      await using driver = await openDriver()
      const opened = await driver.open()
      await appendSoon(opened, 'entry 0')
      for (let index = 1; index < 20; index++)
        await opened.append(randomUUID(), Buffer.from(`entry ${index}`))
      const reader = await collect(opened, 13)
      await eventually('the rest is read', () => reader.seen.length >= 7)
      assert.deepEqual(
        reader.seen.map(({ offset }) => offset),
        [13, 14, 15, 16, 17, 18, 19],
      )
    })

    test('after its connections were cut a reader goes on where it was, and writers can write again', async () => {
      await using driver = await openDriver()
      const opened = await driver.open()
      await appendSoon(opened, 'before')
      const reader = await collect(opened)
      await eventually('the entry is read', () => reader.seen.length === 1)
      driver.cutConnections()
      await eventually('the reader is told, and is connected again', () => reader.interruptions() > 0)
      await appendSoon(opened, 'after')
      await eventually('the new entry is read', () => reader.texts().includes('after'))
      assert.ok(reader.connections() >= 2)
      const offsets = reader.seen.map(({ offset }) => offset)
      assert.deepEqual(offsets, [...offsets.keys()])
    })
  })
}

test('a Postgres log lets go of entries before an offset, and its readers begin behind them', async () => {
  await using driver = await (drivers['Postgres table'] as () => Promise<Opened>)()
  const opened = await driver.open()
  for (let index = 0; index < 10; index++) await opened.append(randomUUID(), Buffer.from(`entry ${index}`))
  await opened.truncate(6)
  const reader = await collect(opened)
  await eventually('what is left is read', () => reader.seen.length === 4)
  assert.equal(reader.seen[0]?.offset, 6)
  assert.equal(await opened.appendAndLocate(randomUUID(), Buffer.from('next')), 10)
})
