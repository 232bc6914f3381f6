import { type FreshDatabase, freshDatabase } from '@chairlift/kit/testing/fresh-database.ts'
import { type FreshVhost, freshVhost } from '@chairlift/kit/testing/fresh-vhost.ts'
import pg from 'pg'
import { eventually } from './eventually.ts'
import { type RidesProcess, type RidesRole, startProcess } from './rides-process.ts'

export interface RunningRides extends AsyncDisposable {
  /** Of the first API process. */
  url: string
  api: RidesProcess
  writer: RidesProcess
  database: FreshDatabase
  vhost: FreshVhost
  /** Starts a further process on the same database and queues; `environment` adds settings. */
  start(role: RidesRole, environment?: Record<string, string>, ready?: boolean): Promise<RidesProcess>
  /** Rows of a query on the service's own database. */
  sql<R extends pg.QueryResultRow>(text: string): Promise<R[]>
  /** Waits until so many rides are stored. */
  stored(rides: number): Promise<void>
}

/**
 * The service as it really runs: an API process and a writer of their own, on a database and a RabbitMQ virtual
 * host of their own. Everything is ended (SIGKILL) and deleted when disposed of.
 */
export async function startRides(environment: Record<string, string> = {}): Promise<RunningRides> {
  await using owned = new AsyncDisposableStack()
  const database = owned.use(await freshDatabase())
  const vhost = owned.use(await freshVhost())
  const processes: RidesProcess[] = []
  owned.defer(async () => {
    await Promise.all(processes.map((one) => one.end('SIGKILL')))
  })

  const start: RunningRides['start'] = async (role, more = {}, ready = true) => {
    const addresses = { AMQP_URL: vhost.url, DATABASE_URL: database.url }
    const started = await startProcess(role, { ...addresses, ...environment, ...more }, ready)
    processes.push(started)
    return started
  }
  const sql: RunningRides['sql'] = async <R extends pg.QueryResultRow>(text: string) => {
    const client = new pg.Client({ connectionString: database.url })
    await client.connect()
    try {
      return (await client.query<R>(text)).rows
    } finally {
      await client.end()
    }
  }
  const [api, writer] = await Promise.all([start('api'), start('writer')])
  const all = owned.move()
  return {
    url: api.url,
    api,
    writer,
    database,
    vhost,
    start,
    sql,
    stored: (rides) =>
      eventually(async () => {
        const [row] = await sql<{ count: number }>('select count(*)::int as count from rides')
        if (row?.count !== rides) throw new Error(`${row?.count} rides are stored, expected ${rides}`)
      }),
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  }
}
