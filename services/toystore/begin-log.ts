// Begins a new log with a replica's state (README, "When the log has lost its end"):
// DATABASE_URL=… node services/toystore/begin-log.ts --folder FOLDER --from LOG_NAME --to NEW_LOG_NAME

import { copyFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { createLogger } from '@chairlift/kit/log/logger.ts'
import { createMetrics } from '@chairlift/kit/metrics/metrics.ts'
import { migrate } from '@chairlift/kit/postgres/migrate.ts'
import { openPool } from '@chairlift/kit/postgres/open-pool.ts'
import { toystoreMigrations } from './config.ts'
import { putSnapshot, snapshotOffsets } from './store/snapshots.ts'
import { SqliteShop } from './store/sqlite-shop.ts'

const { values } = parseArgs({
  options: { folder: { type: 'string' }, from: { type: 'string' }, to: { type: 'string' } },
})
const { folder, from, to } = values
const url = process.env['DATABASE_URL']
if (!folder || !from || !to || !url) {
  process.stderr.write(
    'usage: DATABASE_URL=… node begin-log.ts --folder FOLDER --from LOG_NAME --to NEW_LOG_NAME\n',
  )
  process.exit(1)
}
const log = createLogger('begin-log', 'info')
const metrics = createMetrics('begin-log')
const pool = openPool({ url, name: 'begin-log', connections: 1, timeoutMs: 60_000, log, metrics })
// A copy is worked on: whatever happens, the replica's own file stays as it is.
const work = await mkdtemp(join(tmpdir(), 'begin-log-'))
try {
  await migrate(pool, 'toystore', toystoreMigrations, log)
  const [known] = await snapshotOffsets(pool, to)
  if (known !== undefined) throw new Error(`the log ${to} has been begun already`)
  const copy = join(work, 'shop.sqlite')
  await copyFile(join(folder, 'shop.sqlite'), copy)
  await copyFile(join(folder, 'shop.sqlite-wal'), `${copy}-wal`).catch(() => undefined)
  using shop = new SqliteShop(copy, from)
  const { offset } = shop.applied
  const { orderCount } = shop
  shop.rebind(to)
  shop.close()
  using rebound = new SqliteShop(copy, to)
  await putSnapshot(pool, to, rebound)
  process.stdout.write(`log ${to} begins with ${orderCount} orders, from offset ${offset} of ${from}\n`)
} finally {
  await rm(work, { recursive: true, force: true })
  await pool.end()
}
