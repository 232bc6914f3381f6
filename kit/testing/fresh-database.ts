import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { serverUrl } from './servers.ts'

export interface FreshDatabase extends AsyncDisposable {
  url: string
}

/** An empty database of its own on the test run's Postgres; dropped when disposed of. */
export async function freshDatabase(): Promise<FreshDatabase> {
  const name = `test_${randomBytes(6).toString('hex')}`
  await onServer(`create database ${name}`)
  const url = new URL(serverUrl('DATABASE_URL'))
  url.pathname = `/${name}`
  return {
    url: url.href,
    [Symbol.asyncDispose]: () => onServer(`drop database ${name} with (force)`),
  }
}

async function onServer(sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: serverUrl('DATABASE_URL') })
  await client.connect()
  try {
    await client.query(sql)
  } finally {
    await client.end()
  }
}
