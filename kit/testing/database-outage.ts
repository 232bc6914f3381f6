import pg from 'pg'
import { serverUrl } from './servers.ts'

/** Makes a database unusable as a stopped server would: its sessions end, and new ones are refused. */
export async function closeDatabase(url: string): Promise<void> {
  await change(url, 'with allow_connections false')
}

/** Undoes {@link closeDatabase}. */
export async function openDatabase(url: string): Promise<void> {
  await change(url, 'with allow_connections true')
}

/** Lets a database be read but not written, as after a failover to a replica. */
export async function setReadOnly(url: string, readOnly: boolean): Promise<void> {
  await change(url, `set default_transaction_read_only = ${readOnly ? 'on' : 'off'}`)
}

/** Ends all sessions of the database too, so that the change holds for everybody at once. */
async function change(url: string, alteration: string): Promise<void> {
  const database = new URL(url).pathname.slice(1)
  const client = new pg.Client({ connectionString: serverUrl('DATABASE_URL') })
  await client.connect()
  try {
    await client.query(`alter database ${database} ${alteration}`)
    await client.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [
      database,
    ])
  } finally {
    await client.end()
  }
}
