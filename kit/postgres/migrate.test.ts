import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { createMetrics } from '../metrics/metrics.ts'
import { capturedLog } from '../testing/captured-log.ts'
import { eventually } from '../testing/eventually.ts'
import { type FreshDatabase, freshDatabase } from '../testing/fresh-database.ts'
import { tcpProxy } from '../testing/tcp-proxy.ts'
import { migrate } from './migrate.ts'
import { migrateWhenReady } from './migrate-when-ready.ts'
import { openPool, type Pool } from './open-pool.ts'

let database: FreshDatabase
let pool: Pool
let path: string
let folder: URL
const { log } = capturedLog()
const open = (url: string, timeoutMs = 5_000) =>
  openPool({ url, name: 'kit test', connections: 8, timeoutMs, log, metrics: createMetrics('test') })
const file = (name: string, sql: string) => writeFile(join(path, name), sql)
const applied = async () =>
  (await pool.query('select name from chairlift_migrations order by name')).rows.map((row) => row.name)

beforeEach(async () => {
  path = await mkdtemp(join(tmpdir(), 'chairlift-migrate-'))
  folder = pathToFileURL(`${path}/`)
  database = await freshDatabase()
  pool = open(database.url)
  await file('0001-first.sql', 'create table first (id int); insert into first values (1);')
  await file('0002-second.sql', 'alter table first add column size int; insert into first values (2, 2);')
  await file('notes.txt', 'this is no SQL')
})
afterEach(async () => {
  await pool.end()
  await database[Symbol.asyncDispose]()
  await rm(path, { recursive: true })
})

describe('migrations', () => {
  test('are applied once each, in order, by eight processes that start at once', async () => {
    const pools = Array.from({ length: 8 }, () => open(database.url))
    await Promise.all(pools.map((one) => migrate(one, 'sample', folder, log)))
    await Promise.all(pools.map((one) => one.end()))
    assert.deepEqual(await applied(), ['0001-first.sql', '0002-second.sql'])
    assert.equal((await pool.query('select * from first')).rowCount, 2)
  })

  test('that come later are applied to what is there', async () => {
    await migrate(pool, 'sample', folder, log)
    await file('0003-third.sql', 'create table third ()')
    await migrate(pool, 'sample', folder, log)
    assert.deepEqual(await applied(), ['0001-first.sql', '0002-second.sql', '0003-third.sql'])
  })

  test('of two systems in one database do not mix', async () => {
    await migrate(pool, 'sample', folder, log)
    await file('0001-first.sql', 'create table elsewhere ()')
    await file('0002-second.sql', 'select 1')
    await migrate(pool, 'other', folder, log)
    assert.equal((await applied()).length, 4)
  })

  test('that were changed after they were applied are refused by name', async () => {
    await migrate(pool, 'sample', folder, log)
    await file('0001-first.sql', 'create table first (id bigint)')
    await assert.rejects(
      migrate(pool, 'sample', folder, log),
      /^Error: migration sample\/0001-first\.sql was changed/,
    )
  })

  test('that fail leave nothing of themselves behind and name themselves', async () => {
    await file('0002-second.sql', 'create table half (id int); insert into half values (1/0);')
    await assert.rejects(
      migrate(pool, 'sample', folder, log),
      /^Error: migration sample\/0002-second\.sql failed: division by zero/,
    )
    assert.deepEqual(await applied(), ['0001-first.sql'])
    assert.equal((await pool.query("select to_regclass('half') as half")).rows[0].half, null)
    await file('0002-second.sql', 'create table half (id int)')
    await migrate(pool, 'sample', folder, log)
    assert.equal((await applied()).length, 2)
  })

  test('may take longer than the pool’s time-out for a statement', async () => {
    const impatient = open(database.url, 50)
    await file('0003-slow.sql', 'select pg_sleep(1.5)')
    await migrate(impatient, 'sample', folder, log)
    await impatient.end()
    assert.equal((await applied()).length, 3)
  })

  test('whose connection is lost on the way fail and leave the process alive', async () => {
    await using proxy = await tcpProxy(database.url)
    const cut = open(proxy.url)
    await file('0003-slow.sql', 'select pg_sleep(30)')
    const failed = assert.rejects(migrate(cut, 'sample', folder, log))
    const running = "select 1 from pg_stat_activity where query = 'select pg_sleep(30)'"
    await eventually('the migration runs', async () => (await pool.query(running)).rowCount === 1)
    proxy.cut()
    await failed
    await cut.end()
  })

  test('wait for Postgres to be there', async () => {
    await using proxy = await tcpProxy(database.url)
    proxy.cut({ refuse: true })
    const early = open(proxy.url)
    const { log: ownLog, lines } = capturedLog()
    const migrated = migrateWhenReady(early, 'sample', folder, ownLog)
    await eventually('a first try failed', () => lines.some((line) => line.msg === 'cannot migrate yet'))
    proxy.accept()
    await migrated
    await early.end()
    assert.equal((await applied()).length, 2)
  })

  test('that fail are not tried again, and patience ends', async () => {
    await file('0002-second.sql', 'broken')
    await assert.rejects(migrateWhenReady(pool, 'sample', folder, log), /0002-second\.sql failed/)
    await using proxy = await tcpProxy(database.url)
    proxy.cut({ refuse: true })
    const lonely = open(proxy.url)
    await assert.rejects(migrateWhenReady(lonely, 'sample', folder, log, 0))
    await lonely.end()
  })
})
