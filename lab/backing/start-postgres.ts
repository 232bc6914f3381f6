import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chown, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { Client } from 'pg'
import { findProgramFolder } from './find-program.ts'
import { ServerRunner, type StartContext, type StoppableServer } from './owned-server.ts'
import { probePostgres } from './probes.ts'
import { findServiceAccount, type ServiceAccount } from './service-account.ts'

const run = promisify(execFile)
const user = 'chairlift'
const database = 'chairlift'

/**
 * The settings of the private server. Durability is what the services promise, so fsync and
 * synchronous_commit stay on; the sizes keep checkpoints out of a run of some minutes.
 */
const settings: Readonly<Record<string, string>> = {
  listen_addresses: '127.0.0.1',
  // A socket file's path may have 107 bytes, which a folder for temporary files can use up alone.
  unix_socket_directories: '',
  fsync: 'on',
  synchronous_commit: 'on',
  max_connections: '200',
  shared_buffers: '256MB',
  wal_buffers: '16MB',
  max_wal_size: '2GB',
  checkpoint_timeout: '15min',
  checkpoint_completion_target: '0.9',
  // In the data folder, so that a killed server leaves nothing in /dev/shm.
  dynamic_shared_memory_type: 'mmap',
  jit: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
}

/**
 * Starts a private PostgreSQL with an empty database `chairlift`, reached by a user of the same name who
 * may create databases.
 *
 * @throws ServerStartError, ProgramMissingError
 */
export async function startPostgres(context: StartContext): Promise<StoppableServer> {
  const { folder, path } = context
  const [programs, account, [port = 0]] = await Promise.all([
    findProgramFolder(['postgres', 'initdb'], path),
    findServiceAccount(['postgres']),
    context.choosePorts(1),
  ])
  const environment = { PATH: path, LC_ALL: 'C.UTF-8', TZ: 'UTC' }
  const password = randomBytes(18).toString('base64url')
  const data = join(folder, 'data')
  if (account) await chown(folder, account.uid, account.gid)
  await createCluster(join(programs, 'initdb'), folder, data, password, account, environment)

  const runner = new ServerRunner(
    {
      name: 'postgres',
      main: {
        program: join(programs, 'postgres'),
        arguments: ['-D', data, ...toArguments({ ...settings, port: String(port) })],
        environment,
        account,
        folder,
        logFile: join(folder, 'postgres.log'),
        // Immediate shutdown: no checkpoint, but unlike SIGKILL it gives its shared memory back.
        endSignal: 'SIGQUIT',
      },
      stopSignal: 'SIGINT',
      probe: () => probePostgres(urlOf('postgres')),
    },
    context,
  )
  const urlOf = (name: string) => `postgres://${user}:${password}@127.0.0.1:${port}/${name}`
  const stop = async () => {
    await runner.stop()
    await removeSharedMemory(data)
  }
  try {
    await runner.start(context.signal)
    await createDatabase(urlOf('postgres'))
  } catch (error) {
    await stop()
    throw error
  }
  return { server: runner, url: urlOf(database), stop }
}

async function createCluster(
  program: string,
  folder: string,
  data: string,
  password: string,
  account: ServiceAccount | null,
  environment: Record<string, string>,
): Promise<void> {
  const passwordFile = join(folder, 'password')
  await writeFile(passwordFile, password, { mode: 0o600 })
  if (account) await chown(passwordFile, account.uid, account.gid)
  const authentication = ['--username', user, '--pwfile', passwordFile, '--auth', 'scram-sha-256']
  // --no-sync only spares flushing the empty cluster; the server flushes its own writes as ever.
  const options = ['-D', data, '--no-sync', '--no-instructions', '--encoding', 'UTF8', '--locale', 'C.UTF-8']
  await run(program, [...options, ...authentication], { cwd: folder, env: environment, ...account })
  await rm(passwordFile)
}

async function createDatabase(url: string): Promise<void> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(`CREATE DATABASE ${database}`)
  } finally {
    await client.end()
  }
}

/**
 * A postmaster that was killed leaves its System V segment, named by key and id in the seventh line of
 * `postmaster.pid`; one that shut down has removed both.
 */
async function removeSharedMemory(data: string): Promise<void> {
  const lines = await readFile(join(data, 'postmaster.pid'), 'utf8').catch(() => '')
  const id = lines.split('\n')[6]?.trim().split(/\s+/)[1]
  if (id) await run('ipcrm', ['-m', id]).catch(() => {})
}

function toArguments(parameters: Readonly<Record<string, string>>): string[] {
  return Object.entries(parameters).flatMap(([name, value]) => ['-c', `${name}=${value}`])
}
