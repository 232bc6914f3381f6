import { randomBytes } from 'node:crypto'
import { chown, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { findProgramFolder } from './find-program.ts'
import { ServerRunner, type StartContext, type StoppableServer } from './owned-server.ts'
import { probeRedis } from './probes.ts'
import { findServiceAccount } from './service-account.ts'

/**
 * Starts a private Redis that keeps nothing on disk.
 *
 * @throws ServerStartError, ProgramMissingError
 */
export async function startRedis(context: StartContext): Promise<StoppableServer> {
  const { folder, path } = context
  const [programs, account, [port = 0]] = await Promise.all([
    findProgramFolder(['redis-server'], path),
    findServiceAccount(['redis']),
    context.choosePorts(1),
  ])
  const password = randomBytes(18).toString('base64url')
  // In a file: a password among the arguments could be read by every user of the machine.
  const configuration = join(folder, 'redis.conf')
  const settings = {
    bind: '127.0.0.1',
    port,
    dir: folder,
    save: "''",
    appendonly: 'no',
    requirepass: password,
  }
  const lines = Object.entries(settings).map(([name, value]) => `${name} ${value}\n`)
  await writeFile(configuration, lines.join(''), { mode: 0o600 })
  if (account)
    await Promise.all([folder, configuration].map((entry) => chown(entry, account.uid, account.gid)))

  const url = `redis://:${password}@127.0.0.1:${port}`
  const runner = new ServerRunner(
    {
      name: 'redis',
      main: {
        program: join(programs, 'redis-server'),
        arguments: [configuration],
        environment: { PATH: path, LC_ALL: 'C' },
        account,
        folder,
        logFile: join(folder, 'redis.log'),
        endSignal: 'SIGKILL',
      },
      stopSignal: 'SIGTERM',
      probe: () => probeRedis(url),
    },
    context,
  )
  try {
    await runner.start(context.signal)
  } catch (error) {
    await runner.stop()
    throw error
  }
  return { server: runner, url, stop: () => runner.stop() }
}
