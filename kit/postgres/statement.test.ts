import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { DependencyUnavailable } from '../errors/dependency-unavailable.ts'
import { createMetrics } from '../metrics/metrics.ts'
import { capturedLog } from '../testing/captured-log.ts'
import { eventually } from '../testing/eventually.ts'
import { type FreshDatabase, freshDatabase } from '../testing/fresh-database.ts'
import { tcpProxy } from '../testing/tcp-proxy.ts'
import { openPool, type Pool } from './open-pool.ts'
import { query } from './statement.ts'

let database: FreshDatabase
let pool: Pool
const metrics = createMetrics('test')
const open = (url: string, timeoutMs = 2_000) =>
  openPool({
    url,
    name: 'kit test',
    connections: 2,
    timeoutMs,
    log: capturedLog().log,
    metrics: createMetrics('x'),
  })

before(async () => {
  database = await freshDatabase()
  pool = openPool({
    url: database.url,
    name: 'kit test',
    connections: 2,
    timeoutMs: 2_000,
    log: capturedLog().log,
    metrics,
  })
  await pool.query('create table things (id int primary key, size bigint not null check (size >= 0))')
})
after(async () => {
  await pool.end()
  await database[Symbol.asyncDispose]()
})

const insert = { name: 'insert', text: 'insert into things (id, size) values ($1, $2)' }
const unavailable = (error: unknown) =>
  error instanceof DependencyUnavailable && error.dependency === 'postgres'
const withCode = (code: string) => (error: unknown) => (error as { code?: string }).code === code

describe('a statement', () => {
  test('gives rows, bigint as numbers', async () => {
    await query(pool, insert, [1, 2 ** 40])
    const rows = await query<{ size: number }>(
      pool,
      { name: 'read', text: 'select size from things where id = $1' },
      [1],
    )
    assert.deepEqual(rows, [{ size: 2 ** 40 }])
  })

  for (const [what, values, code] of [
    ['a duplicate', [1, 1], '23505'],
    ['a missing value', [2, null], '23502'],
    ['a broken rule', [3, -1], '23514'],
    ['a number out of range', [2 ** 31, 1], '22003'],
    ['a text for a number', ['x', 1], '22P02'],
  ] as const)
    test(`with ${what} throws the driver's own error`, async () => {
      await assert.rejects(query(pool, insert, [...values]), withCode(code))
    })

  test('with a NUL character throws the driver’s own error', async () => {
    await assert.rejects(query(pool, { name: 'nul', text: 'select $1::text' }, ['a\0b']), withCode('22021'))
  })

  for (const [what, text] of [
    ['to a missing table', 'select 1 from nowhere'],
    ['that is too slow', 'select pg_sleep(30)'],
  ] as const)
    test(`${what} finds Postgres unavailable`, async () => {
      const impatient = open(database.url, 100)
      await assert.rejects(query(impatient, { name: 'slow', text }, []), unavailable)
      assert.equal((await impatient.query('select 1')).rowCount, 1)
      await impatient.end()
    })
})

describe('a pool', () => {
  test('finds Postgres unavailable at a port where nothing listens', async () => {
    const proxy = await tcpProxy(database.url)
    await proxy[Symbol.asyncDispose]()
    const lonely = open(proxy.url)
    await assert.rejects(query(lonely, insert, [9, 9]), unavailable)
    await lonely.end()
  })

  test('finds Postgres unavailable, in bounded time, when it does not answer', async () => {
    await using proxy = await tcpProxy(database.url)
    const waiting = open(proxy.url, 100)
    await waiting.query('select 1')
    proxy.pause()
    await assert.rejects(query(waiting, { name: 'one', text: 'select 1' }, []), unavailable)
    proxy.cut()
    await waiting.end()
  })

  test('survives that Postgres ends its idle, busy and borrowed connections', async () => {
    const own = open(database.url)
    const pidOf = async (from: Pick<Pool, 'query'>) =>
      (await from.query<{ pid: number }>('select pg_backend_pid() as pid')).rows[0]?.pid
    const terminate = (pid: unknown) => pool.query('select pg_terminate_backend($1)', [pid])

    await terminate(await pidOf(own))
    await eventually('the idle connection is dropped', () => own.totalCount === 0)
    assert.equal((await own.query('select 1')).rowCount, 1)

    const borrowed = await own.connect()
    const ended = new Promise((resolve) => borrowed.once('end', resolve))
    await terminate(await pidOf(borrowed))
    await ended
    borrowed.release(true)

    const busy = query(own, { name: 'sleep', text: 'select pg_sleep(30)' }, [])
    const refused = assert.rejects(busy, unavailable)
    await eventually('terminated', async () => {
      const ended = await pool.query(
        `select pg_terminate_backend(pid) from pg_stat_activity
         where datname = current_database() and query = 'select pg_sleep(30)' and state = 'active'`,
      )
      return ended.rowCount === 1
    })
    await refused
    assert.equal((await own.query('select 1')).rowCount, 1)
    await own.end()
  })

  test('tells who it is and how many connections it holds', async () => {
    const { rows } = await pool.query(
      'select application_name from pg_stat_activity where pid = pg_backend_pid()',
    )
    assert.deepEqual(rows, [{ application_name: 'kit test' }])
    assert.match(await metrics.registry.metrics(), /^chairlift_postgres_connections\{process="test"\} [12]$/m)
  })
})
