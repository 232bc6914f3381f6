import { setTimeout as delay } from 'node:timers/promises'
import Type, { type Static, type TObject, type TProperties } from 'typebox'
import { processSettings } from '../config/common-settings.ts'
import { ConfigError, exitCodeConfig, findLikelyTypos, loadConfig } from '../config/load-config.ts'
import { createLogger, type Logger } from '../log/logger.ts'
import { startAdminServer } from '../metrics/admin-server.ts'
import { Health } from '../metrics/health.ts'
import { createMetrics, type Metrics } from '../metrics/metrics.ts'
import { StopPhases } from './stop-phases.ts'

export interface ProcessContext<C> {
  config: Readonly<C>
  log: Logger
  metrics: Metrics
  health: Health
  stop: StopPhases
}

type FullSettings<P extends TProperties> = Static<TObject<P>> & Static<TObject<typeof processSettings>>

/**
 * The frame around every process: settings, log, metrics, health, admin port, start and stop.
 *
 * `start` boots the process top-down and registers with `stop` how to undo each step. SIGTERM and SIGINT run
 * these phases backwards and exit 0 (1 if a phase failed); a second signal exits 1 at once. SIGINT skips
 * STOP_DELAY_MS: at a terminal nobody waits for load balancers.
 *
 * Exit codes: 0 stopped cleanly, 1 failure, 78 wrong configuration.
 */
export async function runProcess<P extends TProperties>(
  name: string,
  settings: P,
  start: (context: ProcessContext<FullSettings<P>>) => Promise<void>,
): Promise<void> {
  const schema = Type.Object({ ...processSettings, ...settings }) as unknown as TObject
  const config = loadOrExit(name, schema) as Readonly<FullSettings<P>>
  const log = createLogger(name, config.logLevel as string)
  for (const warning of findLikelyTypos(schema, process.env)) log.warn(warning)

  const metrics = createMetrics(name)
  const health = new Health()
  const stop = new StopPhases(log, config.stopTimeoutMs)
  exitOnFault(log)
  stopOnSignal(log, health, stop, config.stopDelayMs)

  try {
    const admin = await startAdminServer({ name, host: config.host, port: config.adminPort, metrics, health })
    stop.add('close the admin port', () => admin.close())
    log.info({ adminPort: admin.port }, 'admin port open')
    await start({ config, log, metrics, health, stop })
    if (!health.stopping) health.started()
    log.info('started')
  } catch (error) {
    // A stop takes away what start was waiting for; the signal's handler ends the process.
    if (health.stopping) return
    log.fatal({ err: error }, 'start failed')
    await stop.run()
    process.exit(1)
  }
}

function loadOrExit(name: string, schema: TObject): Readonly<Record<string, unknown>> {
  try {
    return loadConfig(schema, process.env)
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    process.stderr.write(`${name}: ${error.message}\n`)
    process.exit(exitCodeConfig)
  }
}

function stopOnSignal(log: Logger, health: Health, stop: StopPhases, stopDelayMs: number): void {
  const onSignal = (signal: NodeJS.Signals) => {
    if (health.stopping) {
      log.fatal({ signal }, 'second signal: exit at once')
      process.exit(1)
    }
    health.stop()
    log.info({ signal }, 'stopping')
    const settle = signal === 'SIGTERM' ? stopDelayMs : 0
    void delay(settle)
      .then(() => stop.run())
      .then((clean) => process.exit(clean ? 0 : 1))
  }
  process.on('SIGTERM', onSignal)
  process.on('SIGINT', onSignal)
}

/** A fault that nobody expected leaves unknown state behind: end, and let the supervisor start afresh. */
function exitOnFault(log: Logger): void {
  process.on('uncaughtException', (error) => {
    log.fatal({ err: error }, 'uncaught exception')
    process.exit(1)
  })
  process.on('unhandledRejection', (error) => {
    log.fatal({ err: error }, 'unhandled rejection')
    process.exit(1)
  })
}
