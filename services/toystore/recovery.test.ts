import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { rm } from 'node:fs/promises'
import { describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { createLogger } from '@chairlift/kit/log/logger.ts'
import { createMetrics } from '@chairlift/kit/metrics/metrics.ts'
import { openPool } from '@chairlift/kit/postgres/open-pool.ts'
import { call } from '@chairlift/kit/testing/call.ts'
import { eventually } from '@chairlift/kit/testing/eventually.ts'
import { type RunningToystore, refusalOf, startToystore } from './testing/start-toystore.ts'

const buy = (store: RunningToystore) => call(store.url, 'POST', '/orders', { name: 'Tux', quantity: 1 })
const digestOf = async (url: string) =>
  ((await call(url, 'GET', '/state?digest')).json as { digest: string }).digest

describe('recovery of replicas', { timeout: 300_000 }, () => {
  test('a wiped replica takes a snapshot, reads on from there and agrees; a second process on one folder is refused', async () => {
    await using store = await startToystore({ SNAPSHOT_EVERY_ENTRIES: '10', LOG_DRIVER: 'postgres' }, 2)
    for (let index = 0; index < 30; index++) assert.equal((await buy(store)).status, 200)
    const pool = openPool({
      url: store.databaseUrl,
      name: 'test',
      connections: 1,
      timeoutMs: 30_000,
      log: createLogger('test', 'silent'),
      metrics: createMetrics('test'),
    })
    await eventually('a snapshot is taken', async () => {
      const { rows } = await pool.query('select 1 from toystore_snapshots where "offset" > 5')
      return rows.length > 0
    })
    // What the snapshot holds is gone from the log: it can only come from there.
    await pool.query(
      'delete from toystore_log where "offset" <= (select max("offset") from toystore_snapshots)',
    )
    await pool.end()
    await store.replicas.get(1)?.end('SIGKILL')
    await rm(store.dataFolder(1), { recursive: true })
    const rebuilt = await store.startReplica(1)
    const other = store.replicas.get(2)?.url as string
    await eventually('both agree', async () => (await digestOf(rebuilt.url)) === (await digestOf(other)))
    await assert.rejects(
      store.startReplica(3, { DATA_FOLDER: store.dataFolder(1), PORT: '0' }),
      /locked|busy/,
    )
  })

  test('a log that lost its end is refused; begin-log makes a new one of the best state, and nothing is lost', async () => {
    await using store = await startToystore({ LOG_DRIVER: 'postgres' }, 1)
    for (let index = 0; index < 12; index++) assert.equal((await buy(store)).status, 200)
    const replica = store.replicas.get(1)
    await replica?.end('SIGKILL')
    const pool = openPool({
      url: store.databaseUrl,
      name: 'test',
      connections: 1,
      timeoutMs: 30_000,
      log: createLogger('test', 'silent'),
      metrics: createMetrics('test'),
    })
    // As after a power cut of a log that does not flush: the last entries were never written.
    await store.catalog.end('SIGKILL')
    await pool.query(`with lost as (delete from toystore_log where "offset" > 3)
                      update toystore_log_heads set next_offset = 4`)
    await pool.end()
    const refusing = await store.startReplica(1, {}, false)
    assert.match(await refusalOf(refusing), /the log ends at|the log holds entry/)
    assert.equal(await refusing.metric('chairlift_toystore_log_refused'), 1)
    assert.equal(
      (await call(store.url, 'GET', '/orders/5')).status,
      503,
      'what may be another past is not shown',
    )
    await refusing.end('SIGKILL')

    const program = fileURLToPath(new URL('./begin-log.ts', import.meta.url))
    const next = `${store.logName}.2`
    const options = ['--folder', store.dataFolder(1), '--from', store.logName, '--to', next]
    const environment = { PATH: process.env['PATH'], DATABASE_URL: store.databaseUrl }
    const { stdout } = await promisify(execFile)(process.execPath, [program, ...options], {
      env: environment,
    })
    assert.match(stdout, /begins with 12 orders/)
    const recovered = await store.startReplica(1, { LOG_NAME: next })
    for (let number = 0; number < 12; number++)
      assert.equal((await call(recovered.url, 'GET', `/orders/${number}`)).status, 200)
    const state = (await call(recovered.url, 'GET', '/state')).json as { orders: number }
    assert.equal(state.orders, 12)
  })
})
