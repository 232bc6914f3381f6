import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chown, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { Client } from 'pg'
import { findProgramFolder } from './find-program.ts'
import { ServerRunner, type StartContext, type StoppableServer } from './owned-server.ts'
import { probePostgres } from './probes.ts'
import type { Reaper } from './reaper.ts'
import { type ServerCommand, ServerProcess } from './server-process.ts'
import { findServiceAccount } from './service-account.ts'
import { readTail, ServerStartError } from './wait-until-answers.ts'

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
  const common = { environment, account, folder, logFile: join(folder, 'postgres.log') }
  await createCluster({ ...common, program: join(programs, 'initdb') }, data, password, context.reaper)

  const runner = new ServerRunner(
    {
      name: 'postgres',
      main: {
        ...common,
        program: join(programs, 'postgres'),
        arguments: ['-D', data, ...toArguments({ ...settings, port: String(port) })],
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
  command: Omit<ServerCommand, 'arguments' | 'endSignal'>,
  data: string,
  password: string,
  reaper: Reaper,
): Promise<void> {
  const passwordFile = join(command.folder, 'password')
  await writeFile(passwordFile, password, { mode: 0o600 })
  if (command.account) await chown(passwordFile, command.account.uid, command.account.gid)
  const authentication = ['--username', user, '--pwfile', passwordFile, '--auth', 'scram-sha-256']
  // --no-sync only spares flushing the empty cluster; the server flushes its own writes as ever.
  const options = ['-D', data, '--no-sync', '--no-instructions', '--encoding', 'UTF8', '--locale', 'C.UTF-8']
  // Under the reaper's eye like the server: cut off halfway it would leave shared memory behind.
  const initdb = await ServerProcess.start(
    { ...command, arguments: [...options, ...authentication], endSignal: 'SIGTERM' },
    reaper,
  )
  const outcome = await initdb.exited
  reaper.forget(initdb.pid)
  await rm(passwordFile)
  if (outcome !== 'exit code 0') {
    throw new ServerStartError(`initdb ended with ${outcome}`, await readTail(command.logFile))
  }
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
