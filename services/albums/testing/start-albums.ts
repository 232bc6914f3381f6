import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { eventually } from '@chairlift/kit/testing/eventually.ts'
import { type FreshDatabase, freshDatabase } from '@chairlift/kit/testing/fresh-database.ts'
import { type FreshVhost, freshVhost } from '@chairlift/kit/testing/fresh-vhost.ts'
import { serverUrl } from '@chairlift/kit/testing/servers.ts'
import { type ServiceProcess, startServiceProcess } from '@chairlift/kit/testing/service-process.ts'
import { type TcpProxy, tcpProxy } from '@chairlift/kit/testing/tcp-proxy.ts'
import pg from 'pg'

export interface RunningAlbums extends AsyncDisposable {
  /** Of the first API process. */
  url: string
  api: ServiceProcess
  reviewer: ServiceProcess
  database: FreshDatabase
  vhost: FreshVhost
  /** Stands between the processes and Redis. */
  redis: TcpProxy
  /** Folder of the blob store, unless the environment names another store. */
  blobFolder: string
  /** Starts a further process on the same servers; `environment` adds settings. */
  start(role: 'api' | 'reviewer', environment?: Record<string, string>): Promise<ServiceProcess>
  /** Rows of a query on the service's own database. */
  sql<R extends pg.QueryResultRow>(text: string, values?: unknown[]): Promise<R[]>
  /** Waits until so many reviews are counted. */
  counted(reviews: number): Promise<void>
  /** Names of all stored image files. */
  imageFiles(): Promise<string[]>
}

/**
 * The service as it really runs: an API process and a reviewer, on a database, a virtual host and a blob folder of
 * their own. Everything is ended (SIGKILL) and deleted when disposed of.
 */
export async function startAlbums(environment: Record<string, string> = {}): Promise<RunningAlbums> {
  await using owned = new AsyncDisposableStack()
  const database = owned.use(await freshDatabase())
  const vhost = owned.use(await freshVhost())
  const redis = owned.use(await tcpProxy(serverUrl('REDIS_URL')))
  const blobFolder = await mkdtemp(join(tmpdir(), 'chairlift-albums-'))
  owned.defer(() => rm(blobFolder, { recursive: true, force: true, maxRetries: 5 }))
  const processes: ServiceProcess[] = []
  owned.defer(async () => {
    await Promise.all(processes.map((one) => one.end('SIGKILL')))
  })

  const start: RunningAlbums['start'] = async (role, more = {}) => {
    const addresses = {
      AMQP_URL: vhost.url,
      DATABASE_URL: database.url,
      REDIS_URL: redis.url,
      BLOB_URL: pathToFileURL(blobFolder).href,
    }
    const entry = new URL(`../${role}.ts`, import.meta.url)
    const settings = { ...addresses, ...environment, ...more }
    const started = await startServiceProcess(entry, settings, { servicePort: role === 'api' })
    processes.push(started)
    return started
  }
  const sql: RunningAlbums['sql'] = async <R extends pg.QueryResultRow>(text: string, values?: unknown[]) => {
    const client = new pg.Client({ connectionString: database.url })
    await client.connect()
    try {
      return (await client.query<R>(text, values)).rows
    } finally {
      await client.end()
    }
  }
  const [api, reviewer] = await Promise.all([start('api'), start('reviewer')])
  const all = owned.move()
  return {
    url: api.url,
    api,
    reviewer,
    database,
    vhost,
    redis,
    blobFolder,
    start,
    sql,
    async counted(reviews) {
      await eventually(`${reviews} reviews are counted`, async () => {
        const [row] = await sql<{ count: number }>(
          'select coalesce(sum(likes + dislikes), 0)::int as count from review_counts',
        )
        return row?.count === reviews
      })
    },
    async imageFiles() {
      const entries = await readdir(join(blobFolder, 'objects'), { recursive: true, withFileTypes: true })
      return entries.filter((entry) => entry.isFile()).map((entry) => entry.name)
    },
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  }
}
