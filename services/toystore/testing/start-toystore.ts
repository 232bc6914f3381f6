import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eventually } from '@chairlift/kit/testing/eventually.ts'
import { freshDatabase } from '@chairlift/kit/testing/fresh-database.ts'
import { serverUrl } from '@chairlift/kit/testing/servers.ts'
import { type ServiceProcess, startServiceProcess } from '@chairlift/kit/testing/service-process.ts'
import { connect } from 'amqplib'

export interface RunningToystore extends AsyncDisposable {
  /** Of the front end. */
  url: string
  databaseUrl: string
  logName: string
  /** Order replicas by id. */
  replicas: Map<number, ServiceProcess>
  catalog: ServiceProcess
  dataFolder(id: number): string
  /** Starts (again) the replica with this id; `ready` false not to wait for it. */
  startReplica(id: number, more?: Record<string, string>, ready?: boolean): Promise<ServiceProcess>
  startFront(more?: Record<string, string>): Promise<ServiceProcess>
}

/**
 * The store as it really runs, with so many order replicas, on a log and a database of its own. Everything is
 * ended (SIGKILL) and deleted when disposed of.
 */
export async function startToystore(
  environment: Record<string, string> = {},
  replicaCount = 1,
): Promise<RunningToystore> {
  await using owned = new AsyncDisposableStack()
  const database = owned.use(await freshDatabase())
  const folder = await mkdtemp(join(tmpdir(), 'toystore-test-'))
  owned.defer(() => rm(folder, { recursive: true, force: true }))
  const logName = `test.toystore.${randomUUID()}`
  owned.defer(() => deleteStream(logName))
  const processes: ServiceProcess[] = []
  owned.defer(async () => {
    await Promise.all(processes.map((one) => one.end('SIGKILL')))
  })
  const common = {
    AMQP_URL: serverUrl('AMQP_URL'),
    DATABASE_URL: database.url,
    LOG_NAME: logName,
    ...environment,
  }
  const start = async (role: string, more: Record<string, string>, ready = true) => {
    const entry = new URL(`../${role}.ts`, import.meta.url)
    const started = await startServiceProcess(entry, { ...common, ...more }, { servicePort: true, ready })
    processes.push(started)
    return started
  }
  const dataFolder = (id: number) => join(folder, `orders-${id}`)
  const replicas = new Map<number, ServiceProcess>()
  const startReplica: RunningToystore['startReplica'] = async (id, more = {}, ready = true) => {
    // The same port again, so that front ends find it; a free one the first time.
    const port = replicas.get(id)?.url.split(':').at(-1) ?? '0'
    const settings = { REPLICA_ID: String(id), DATA_FOLDER: dataFolder(id), PORT: port, ...more }
    const started = await start('orders', settings, ready)
    replicas.set(id, started)
    return started
  }
  const [catalog] = await Promise.all([
    start('catalog', { DATA_FOLDER: join(folder, 'catalog') }),
    ...Array.from({ length: replicaCount }, (_, index) => startReplica(index + 1)),
  ])
  const ordersUrls = [...replicas].map(([id, { url }]) => `${id}=${url}`).join(',')
  const startFront: RunningToystore['startFront'] = (more = {}) =>
    start('front', { CATALOG_URL: catalog.url, ORDERS_URLS: ordersUrls, ...more })
  const { url } = await startFront()
  const all = owned.move()
  return {
    url,
    databaseUrl: database.url,
    logName,
    replicas,
    catalog,
    dataFolder,
    startReplica,
    startFront,
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  }
}

async function deleteStream(name: string): Promise<void> {
  const connection = await connect(serverUrl('AMQP_URL'))
  await (await connection.createChannel()).deleteQueue(name)
  await connection.close()
}

/** Waits for a replica that is not ready, and says why. @returns the reason it gives */
export function refusalOf(replica: ServiceProcess): Promise<string> {
  return eventually(
    'the replica refuses the log',
    async () => {
      const response = await fetch(`${replica.adminUrl}/readyz`)
      const { missing } = (await response.json()) as { missing: Record<string, string> }
      return missing['log']?.startsWith('refused') ? missing['log'] : undefined
    },
    60_000,
  )
}
