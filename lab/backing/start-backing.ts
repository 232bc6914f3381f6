import { randomBytes } from 'node:crypto'
import { chmod, mkdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Backing } from './backing.ts'
import { choosePorts } from './choose-ports.ts'
import { obtainPostgres, obtainRabbitmq, obtainRedis } from './obtain-server.ts'
import { type Reaper, startReaper } from './reaper.ts'

export type { Backing, BackingServer, OwnedServer, RabbitmqServer, ServerName } from './backing.ts'

const defaultPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

export interface BackingOptions {
  /** Which servers are needed: each, unless it is false here. */
  readonly rabbitmq?: boolean
  readonly postgres?: boolean
  readonly redis?: boolean
  /** Where AMQP_URL, RABBITMQ_MANAGEMENT_URL, DATABASE_URL, REDIS_URL and PATH are looked up. */
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Takes a sentence for a person; one about a failure ends with lines of the server's log. */
  readonly log: (message: string) => void
  /** A reaper the caller already has; it stays open. */
  readonly reaper?: Reaper
  /** Gives up the start. */
  readonly signal?: AbortSignal
}

/**
 * Gives the servers the services rest on, all started at the same time: the external one where the
 * environment names one (checked, never stopped), else a private one on free loopback ports with
 * throw-away data below the folder for temporary files.
 *
 * @throws ExternalServerError when one of the environment does not answer, ProgramMissingError when one is
 * not installed, ServerStartError with the end of its log when one does not come up, the signal's reason
 * when it is aborted; nothing of what was started remains then
 */
export async function startBacking(options: BackingOptions): Promise<Backing> {
  const { environment, log } = options
  await using cleanup = new AsyncDisposableStack()
  const reaper = options.reaper ?? startReaper()
  if (!options.reaper) cleanup.defer(() => reaper.close())

  const folder = join(tmpdir(), `chairlift-${randomBytes(6).toString('hex')}`)
  reaper.watchFolder(folder)
  await mkdir(folder)
  cleanup.defer(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }))
  // Servers that run as other users must get through to their own folders, and see no more.
  await chmod(folder, 0o711)

  const giveUp = new AbortController()
  const signal = options.signal ? AbortSignal.any([options.signal, giveUp.signal]) : giveUp.signal
  const path = environment.PATH || defaultPath
  const context = { environment, folder, path, reaper, choosePorts, log, signal }
  const obtained = [
    (options.rabbitmq ?? true) ? obtainRabbitmq(context) : null,
    (options.postgres ?? true) ? obtainPostgres(context) : null,
    (options.redis ?? true) ? obtainRedis(context) : null,
  ] as const
  try {
    await Promise.all(obtained)
  } catch (error) {
    giveUp.abort(error)
    const outcomes = await Promise.allSettled(obtained)
    await Promise.all(outcomes.map((outcome) => outcome.status === 'fulfilled' && outcome.value?.stop()))
    throw error
  }
  const [rabbitmq, postgres, redis] = await Promise.all(obtained)
  const all = [rabbitmq, postgres, redis].filter((server) => server !== null)
  cleanup.defer(async () => {
    await Promise.all(all.map((server) => server.stop()))
  })

  const resources = cleanup.move()
  let stopped: Promise<void> | undefined
  const stop = () => {
    stopped ??= resources.disposeAsync()
    return stopped
  }
  const urls = Object.assign({}, ...all.map((server) => server.urls)) as Record<string, string>
  const urlOf = (variable: string) => {
    const url = urls[variable]
    if (url === undefined) throw new Error(`${variable} was read, but this server was not asked for`)
    return url
  }
  return {
    get amqpUrl() {
      return urlOf('AMQP_URL')
    },
    managementUrl: urls.RABBITMQ_MANAGEMENT_URL ?? null,
    get databaseUrl() {
      return urlOf('DATABASE_URL')
    },
    get redisUrl() {
      return urlOf('REDIS_URL')
    },
    servers: all.map(({ server }) => server),
    owned: {
      ...(rabbitmq?.owned && { rabbitmq: rabbitmq.owned }),
      ...(postgres?.owned && { postgres: postgres.owned }),
      ...(redis?.owned && { redis: redis.owned }),
    },
    environment: urls,
    stop,
    [Symbol.asyncDispose]: stop,
  }
}
