import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { chown, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { RabbitmqServer } from './backing.ts'
import { findProgramFolder } from './find-program.ts'
import { ServerRunner, type StartContext, type StoppableServer } from './owned-server.ts'
import { probeAmqp, probeManagement } from './probes.ts'
import {
  advancedConfig,
  enabledPlugins,
  logFileName,
  memoryWatermark,
  type RabbitmqPorts,
  rabbitmqEnvironment,
  renderRabbitmqConf,
} from './rabbitmq-configuration.ts'
import { findServiceAccount, type ServiceAccount } from './service-account.ts'

const run = promisify(execFile)
const user = 'chairlift'

/** A private broker, with the URL of its management API. */
export interface StoppableRabbitmq extends StoppableServer<RabbitmqServer> {
  readonly managementUrl: string
}

/**
 * Starts a private RabbitMQ with an epmd of its own, the management API and the Prometheus endpoint.
 *
 * @throws ServerStartError, ProgramMissingError
 */
export async function startRabbitmq(context: StartContext): Promise<StoppableRabbitmq> {
  const { folder, path } = context
  const [programs, epmdFolder, account, ports] = await Promise.all([
    findProgramFolder(['rabbitmq-server', 'rabbitmqctl'], path),
    findProgramFolder(['epmd', 'erl'], path),
    findServiceAccount(['rabbitmq']),
    chooseRabbitmqPorts(context),
  ])
  const password = randomBytes(18).toString('base64url')
  await writeFiles(folder, account, {
    'rabbitmq.conf': renderRabbitmqConf(ports, user, password),
    'advanced.config': advancedConfig,
    enabled_plugins: enabledPlugins,
    // The key to the node for its tools. Erlang would make one up itself, from the clock.
    '.erlang.cookie': randomBytes(24).toString('hex'),
  })
  const url = `amqp://${user}:${password}@127.0.0.1:${ports.amqp}`
  const managementUrl = `http://${user}:${password}@127.0.0.1:${ports.management}`
  const environment = rabbitmqEnvironment(folder, `${epmdFolder}:${path}`, ports)
  const common = { environment, account, folder, endSignal: 'SIGKILL' as const }

  const runner = new ServerRunner(
    {
      name: 'rabbitmq',
      main: {
        ...common,
        program: join(programs, 'rabbitmq-server'),
        arguments: [],
        logFile: join(folder, logFileName),
      },
      // Up before the node, which else would start an epmd that outlives it and is nobody's child.
      companion: {
        command: {
          ...common,
          program: join(epmdFolder, 'epmd'),
          arguments: [],
          logFile: join(folder, 'epmd.log'),
        },
        probe: () => probePort(ports.epmd),
      },
      stopSignal: 'SIGTERM',
      probe: async () => {
        await probeAmqp(url)
        await probeManagement(managementUrl, url)
      },
    },
    context,
  )
  try {
    await runner.start(context.signal)
  } catch (error) {
    await runner.stop()
    throw error
  }

  const control = async (...parameters: string[]) => {
    await run(join(programs, 'rabbitmqctl'), ['--quiet', ...parameters], {
      cwd: folder,
      env: environment,
      ...account,
    })
  }
  const server: RabbitmqServer = Object.assign(runner, {
    name: 'rabbitmq' as const,
    setMemoryAlarm: (on: boolean) =>
      control('set_vm_memory_high_watermark', on ? '0.00001' : String(memoryWatermark)),
    closeAllConnections: (reason: string) => control('close_all_connections', reason),
  })
  return { server, url, managementUrl, stop: () => runner.stop() }
}

async function chooseRabbitmqPorts(context: StartContext): Promise<RabbitmqPorts> {
  const [amqp = 0, management = 0, prometheus = 0, distribution = 0, toolDistribution = 0, epmd = 0] =
    await context.choosePorts(6)
  return { amqp, management, prometheus, distribution, toolDistribution, epmd }
}

async function writeFiles(
  folder: string,
  account: ServiceAccount | null,
  files: Readonly<Record<string, string>>,
): Promise<void> {
  const entries = Object.entries(files).map(([name, text]) => ({ file: join(folder, name), text }))
  await Promise.all(entries.map(({ file, text }) => writeFile(file, text, { mode: 0o600 })))
  if (!account) return
  await Promise.all(
    [folder, ...entries.map(({ file }) => file)].map((path) => chown(path, account.uid, account.gid)),
  )
}

async function probePort(port: number): Promise<void> {
  const socket = connect({ port, host: '127.0.0.1' })
  try {
    await once(socket, 'connect')
  } finally {
    socket.destroy()
  }
}
