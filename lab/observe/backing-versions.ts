import { Redis } from 'ioredis'
import pg from 'pg'
import type { Backing } from '../backing/backing.ts'

/** Versions of the backing servers, for the result's environment; a server that does not tell is left out. */
export async function readBackingVersions(backing: Backing): Promise<Record<string, string>> {
  const versions: Record<string, string> = {}
  const note = async (name: string, read: () => Promise<string | undefined>) => {
    const version = await read().catch(() => undefined)
    if (version) versions[name] = version
  }
  await Promise.all([
    note('rabbitmq', () => rabbitmqVersion(backing.managementUrl)),
    note('postgres', () => postgresVersion(backing.databaseUrl)),
    note('redis', () => redisVersion(backing.redisUrl)),
  ])
  return versions
}

async function rabbitmqVersion(managementUrl: string | null): Promise<string | undefined> {
  if (managementUrl === null) return undefined
  const url = new URL('/api/overview', managementUrl)
  const credentials = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`
  url.username = url.password = ''
  const response = await fetch(url, {
    headers: { Authorization: `Basic ${Buffer.from(credentials).toString('base64')}` },
  })
  return ((await response.json()) as { rabbitmq_version?: string }).rabbitmq_version
}

async function postgresVersion(url: string): Promise<string | undefined> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query<{ server_version: string }>('show server_version')).rows[0]?.server_version
  } finally {
    await client.end()
  }
}

async function redisVersion(url: string): Promise<string | undefined> {
  const client = new Redis(url, { lazyConnect: true, maxRetriesPerRequest: 0 })
  client.on('error', () => undefined)
  try {
    await client.connect()
    return /redis_version:(\S+)/.exec(await client.info('server'))?.[1]
  } finally {
    client.disconnect()
  }
}
