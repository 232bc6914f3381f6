import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import type { ClientBase, Pool, QueryConfig } from 'pg'
import type { Logger } from '../log/logger.ts'

/** Serialises all migrations of a database; any constant will do that no other program uses. */
const advisoryLock = 7_205_759_403

/** Takes the place of the pool's `query_timeout`, which 0 would not (ms; the longest that a timer can wait). */
const noTimeoutMs = 2 ** 31 - 1

/**
 * Brings a system's tables up to date: runs the files NNNN-name.sql of a folder that were not run yet, in
 * order, each in a transaction. Any number of processes may start at once: one migrates, the others wait.
 *
 * @param folder file URL of the folder, ending in a slash
 * @throws Error when a file that was run has changed since, or when its SQL fails (nothing of that file stays)
 */
export async function migrate(pool: Pool, system: string, folder: URL, log: Logger): Promise<void> {
  const client = await pool.connect()
  try {
    // A migration, and waiting for another process's, may outlast the pool's time-outs for a statement.
    await client.query('set statement_timeout = 0')
    await client.query(patient('select pg_advisory_lock($1)', [advisoryLock]))
    try {
      await migrateLocked(client, system, folder, log)
    } finally {
      await client.query('select pg_advisory_unlock($1)', [advisoryLock])
    }
  } finally {
    // Not back into the pool: its session settings were changed.
    client.release(true)
  }
}

function patient(text: string, values?: unknown[]): QueryConfig & { query_timeout: number } {
  return { text, query_timeout: noTimeoutMs, ...(values && { values }) }
}

async function migrateLocked(client: ClientBase, system: string, folder: URL, log: Logger): Promise<void> {
  await client.query(
    `create table if not exists chairlift_migrations (
       system text not null, name text not null, sha256 text not null,
       applied_at timestamptz not null default now(), primary key (system, name))`,
  )
  const { rows } = await client.query<{ name: string; sha256: string }>(
    'select name, sha256 from chairlift_migrations where system = $1',
    [system],
  )
  const applied = new Map(rows.map((row) => [row.name, row.sha256]))
  const files = (await readdir(folder)).filter((file) => /^\d{4}-.+\.sql$/.test(file)).sort()
  for (const name of files) {
    const sql = await readFile(new URL(name, folder), 'utf8')
    const sha256 = createHash('sha256').update(sql).digest('hex')
    const known = applied.get(name)
    if (known === sha256) continue
    if (known !== undefined)
      throw new Error(`migration ${system}/${name} was changed after it was applied; add a new file instead`)
    await client.query('begin')
    try {
      await client.query(patient(sql))
      await client.query('insert into chairlift_migrations (system, name, sha256) values ($1, $2, $3)', [
        system,
        name,
        sha256,
      ])
      await client.query('commit')
    } catch (error) {
      await client.query('rollback')
      throw new Error(`migration ${system}/${name} failed: ${(error as Error).message}`, { cause: error })
    }
    log.info({ system, name }, 'migration applied')
  }
}
