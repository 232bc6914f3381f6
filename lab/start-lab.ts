import { randomBytes } from 'node:crypto'
import { mkdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { environmentName } from '@chairlift/kit/config/load-config.ts'
import type { Backing } from './backing/backing.ts'
import { choosePorts } from './backing/choose-ports.ts'
import { type Reaper, startReaper } from './backing/reaper.ts'
import { startBacking } from './backing/start-backing.ts'
import { placeMembers } from './supervisor/place-members.ts'
import { ReplicaSet } from './supervisor/replica-set.ts'
import { type ProcessDefinition, systems } from './systems.ts'

/** How long an API process goes on serving after SIGTERM while its replacement starts (ms). */
const surgeMs = 4_000

export interface LabOptions {
  /** Names of the systems to start; see systems.ts. */
  systems: readonly string[]
  /** Number of processes by name, e.g. {'rides-writer': 2}. */
  replicas?: Readonly<Record<string, number>>
  /** Fixed port of the (first) system, else any free one. */
  port?: number
  /** Where AMQP_URL, DATABASE_URL and REDIS_URL may come from; further settings are handed to the processes. */
  environment: Readonly<Record<string, string | undefined>>
  /** What the lab does, a sentence at a time. */
  log: (line: string) => void
  /** Every line of every process's log. */
  onServiceLine?: (line: string) => void
  /** Gives up the start. */
  signal?: AbortSignal
}

export interface Lab extends AsyncDisposable {
  systems: Record<string, { url: string }>
  backing: Backing
  /** By process name. */
  replicaSets: Record<string, ReplicaSet>
  /** Address and data folder of every member (systems.ts), by process name, in the order of their numbers. */
  members: Record<string, { url: string; dataFolder: string }[]>
  /** What happened that nobody asked for, with its time (ms since epoch). */
  incidents: { atMs: number; what: string }[]
  stop(): Promise<void>
}

/**
 * Starts backing servers (or uses those of the environment) and the processes of the systems, and keeps them
 * running. All that it started is gone after `stop`, and also when this process itself is killed.
 *
 * @throws Error when a name is unknown, a server is missing or a process does not become ready; nothing of what
 * was started remains then
 */
export async function startLab(options: LabOptions): Promise<Lab> {
  const definitions = chooseProcesses(options)
  await using cleanup = new AsyncDisposableStack()
  const reaper = startReaper()
  cleanup.defer(() => reaper.close())

  const backing = cleanup.use(
    await startBacking({
      environment: options.environment,
      log: options.log,
      reaper,
      ...(options.signal && { signal: options.signal }),
    }),
  )
  const { blobUrl, remove } = await makeBlobFolder(reaper)
  cleanup.defer(remove)
  const lab: Pick<Lab, 'systems' | 'replicaSets' | 'members' | 'incidents'> = {
    systems: {},
    replicaSets: {},
    members: {},
    incidents: [],
  }
  for (const system of options.systems) {
    const port = options.port ?? ((await choosePorts(1))[0] as number)
    lab.systems[system] = { url: `http://127.0.0.1:${port}` }
    const processes = systems[system]?.processes ?? {}
    const members = await placeMembers(processes, definitions, reaper)
    Object.assign(lab.members, members.places)
    if (members.folder) cleanup.defer(() => rm(members.folder as string, { recursive: true, force: true }))
    for (const [name, definition] of Object.entries(processes)) {
      const replicaSet = new ReplicaSet({
        name,
        entry: definition.entry,
        environment: {
          ...environmentFor(definition, { backing, blobUrl }, port, options.environment),
          ...members.addressesFor(definition),
        },
        ...(definition.kind === 'member' && { environmentOf: members.environmentOf(name, definition) }),
        watch: (pid) => reaper.watch(pid),
        forget: (pid) => reaper.forget(pid),
        onIncident: (what) => {
          lab.incidents.push({ atMs: Date.now(), what })
          options.log(what)
        },
        onFailure: (lines) => options.log(`--- end of the log of ${name} ---\n${lines}\n---`),
        ...(options.onServiceLine && { onLine: options.onServiceLine }),
      })
      cleanup.defer(() => replicaSet.stop())
      lab.replicaSets[name] = replicaSet
    }
  }
  await Promise.all(
    Object.entries(lab.replicaSets).map(([name, replicaSet]) => replicaSet.scale(definitions[name] ?? 1)),
  )
  const resources = cleanup.move()
  return {
    ...lab,
    backing,
    stop: () => resources.disposeAsync(),
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  }
}

/** Number of replicas of every process of the chosen systems. @throws Error for an unknown name */
function chooseProcesses(options: LabOptions): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const system of options.systems) {
    const definition = systems[system]
    if (!definition) throw new Error(`no system "${system}"; there are: ${Object.keys(systems).join(', ')}`)
    for (const [name, process] of Object.entries(definition.processes)) counts[name] = process.replicas
  }
  for (const [name, count] of Object.entries(options.replicas ?? {})) {
    if (!(name in counts))
      throw new Error(`no process "${name}"; there are: ${Object.keys(counts).join(', ')}`)
    counts[name] = count
  }
  return counts
}

/** A folder for objects, as throw-away as the private servers' data. */
async function makeBlobFolder(reaper: Reaper): Promise<{ blobUrl: string; remove(): Promise<void> }> {
  const folder = join(tmpdir(), `chairlift-blobs-${randomBytes(6).toString('hex')}`)
  reaper.watchFolder(folder)
  await mkdir(folder, { mode: 0o700 })
  return {
    blobUrl: pathToFileURL(folder).href,
    remove: () => rm(folder, { recursive: true, force: true, maxRetries: 5 }),
  }
}

function environmentFor(
  definition: ProcessDefinition,
  { backing, blobUrl }: { backing: Backing; blobUrl: string },
  port: number,
  given: LabOptions['environment'],
): Record<string, string> {
  const own: Record<string, string> = {
    host: '127.0.0.1',
    adminPort: '0',
    amqpUrl: backing.amqpUrl,
    databaseUrl: backing.databaseUrl,
    redisUrl: backing.redisUrl,
    // Another store may be given, for example a bucket; the private folder is only the default.
    ...(given['BLOB_URL'] === undefined && { blobUrl }),
    ...(definition.kind === 'api' && { port: String(port), reusePort: 'true', stopDelayMs: String(surgeMs) }),
  }
  const environment: Record<string, string> = {}
  for (const property of [...Object.keys(definition.settings), 'logLevel', 'stopTimeoutMs']) {
    const name = environmentName(property)
    const value = given[name]
    if (value !== undefined) environment[name] = value
  }
  for (const [property, value] of Object.entries(own)) {
    const name = environmentName(property)
    const wanted = property in definition.settings || ['host', 'adminPort', 'stopDelayMs'].includes(property)
    if (wanted) environment[name] = value
  }
  return environment
}
