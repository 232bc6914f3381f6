import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { BackingServer, OwnedServer, RabbitmqServer, ServerName } from './backing.ts'
import { checkExternal } from './check-external.ts'
import type { StartContext, StoppableServer } from './owned-server.ts'
import { probeAmqp, probeManagement, probePostgres, probeRedis } from './probes.ts'
import { startPostgres } from './start-postgres.ts'
import { startRabbitmq } from './start-rabbitmq.ts'
import { startRedis } from './start-redis.ts'
import { ServerStartError } from './wait-until-answers.ts'

const startTries = 3

/** What obtaining a server needs; each private server gets a folder of its own below `folder`. */
export interface ObtainContext extends StartContext {
  readonly environment: Readonly<Record<string, string | undefined>>
}

/** A server at hand: external, or private and then in `owned` too. */
export interface ObtainedServer<Owned extends OwnedServer = OwnedServer> {
  readonly server: BackingServer
  readonly owned: Owned | null
  /** Its URLs by environment variable. */
  readonly urls: Readonly<Record<string, string>>
  stop(): Promise<void>
}

/** The broker of AMQP_URL and RABBITMQ_MANAGEMENT_URL, else a private one. @throws as startBacking */
export async function obtainRabbitmq(context: ObtainContext): Promise<ObtainedServer<RabbitmqServer>> {
  const { AMQP_URL: url, RABBITMQ_MANAGEMENT_URL: managementUrl } = context.environment
  if (!url) {
    if (managementUrl) {
      throw new Error('RABBITMQ_MANAGEMENT_URL is set but AMQP_URL is not: set both or neither')
    }
    const started = await startPrivate('rabbitmq', startRabbitmq, context)
    return owning(started, { AMQP_URL: started.url, RABBITMQ_MANAGEMENT_URL: started.managementUrl })
  }
  await checkExternal('AMQP_URL', url, probeAmqp)
  if (!managementUrl) return external('rabbitmq', { AMQP_URL: url }, context)
  await checkExternal('RABBITMQ_MANAGEMENT_URL', managementUrl, (given) => probeManagement(given, url))
  return external('rabbitmq', { AMQP_URL: url, RABBITMQ_MANAGEMENT_URL: managementUrl }, context)
}

/** The database of DATABASE_URL, else a private one. @throws as startBacking */
export async function obtainPostgres(context: ObtainContext): Promise<ObtainedServer> {
  const url = context.environment.DATABASE_URL
  if (url) {
    await checkExternal('DATABASE_URL', url, probePostgres)
    return external('postgres', { DATABASE_URL: url }, context)
  }
  const started = await startPrivate('postgres', startPostgres, context)
  return owning(started, { DATABASE_URL: started.url })
}

/** The Redis of REDIS_URL, else a private one. @throws as startBacking */
export async function obtainRedis(context: ObtainContext): Promise<ObtainedServer> {
  const url = context.environment.REDIS_URL
  if (url) {
    await checkExternal('REDIS_URL', url, probeRedis)
    return external('redis', { REDIS_URL: url }, context)
  }
  const started = await startPrivate('redis', startRedis, context)
  return owning(started, { REDIS_URL: started.url })
}

/** Starts a private server, on other ports again when another program was quicker to take one. */
export async function startPrivate<Started extends StoppableServer>(
  name: ServerName,
  start: (context: StartContext) => Promise<Started>,
  context: StartContext,
): Promise<Started> {
  const beganAt = performance.now()
  for (let tries = 1; ; tries++) {
    const folder = join(context.folder, `${name}-${tries}`)
    await mkdir(folder, { mode: 0o700 })
    try {
      const started = await start({ ...context, folder })
      context.log(`${name} is ready after ${((performance.now() - beganAt) / 1000).toFixed(1)} s`)
      return started
    } catch (error) {
      const again = error instanceof ServerStartError && error.portTaken && tries < startTries
      if (!again) throw error
      context.log(`${name} found a port taken; trying others`)
    }
  }
}

function owning<Owned extends OwnedServer>(
  started: StoppableServer<Owned>,
  urls: Readonly<Record<string, string>>,
): ObtainedServer<Owned> {
  return { server: started.server, owned: started.server, urls, stop: () => started.stop() }
}

function external(
  name: ServerName,
  urls: Readonly<Record<string, string>>,
  context: ObtainContext,
): ObtainedServer<never> {
  context.log(`${name} is the one of ${Object.keys(urls).join(' and ')}`)
  const server = { name, owned: false, pids: [], logFile: null }
  return { server, owned: null, urls, stop: () => Promise.resolve() }
}
