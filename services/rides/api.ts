import { openPublisher } from '@chairlift/kit/broker/publisher.ts'
import { createApp } from '@chairlift/kit/http/create-app.ts'
import { createRequestMetrics } from '@chairlift/kit/http/request-metrics.ts'
import { startHttpServer } from '@chairlift/kit/http/start-http-server.ts'
import { runProcess } from '@chairlift/kit/lifecycle/run-process.ts'
import { onceTrue } from '@chairlift/kit/metrics/health.ts'
import { migrateWhenReady } from '@chairlift/kit/postgres/migrate-when-ready.ts'
import { openPool } from '@chairlift/kit/postgres/open-pool.ts'
import { ridesApiSettings } from './config.ts'
import { type LiftRideEvent, liftRideMessageType, liftRideRoutingKey } from './lift-ride.ts'
import { ridesMigrations, ridesQueues } from './queues.ts'
import { renderRidesError } from './rides-error.ts'
import { ridesRoutes } from './routes/all-routes.ts'

await runProcess('rides-api', ridesApiSettings, async ({ config, log, metrics, health, stop }) => {
  const pool = openPool({
    url: config.databaseUrl,
    name: 'rides-api',
    connections: config.databaseConnections,
    timeoutMs: config.databaseTimeoutMs,
    log,
    metrics,
  })
  stop.add('close the Postgres pool', () => pool.end())
  await migrateWhenReady(pool, 'rides', ridesMigrations, log)

  const publisher = await openPublisher<LiftRideEvent>({
    url: config.amqpUrl,
    names: ridesQueues,
    routingKey: liftRideRoutingKey,
    type: liftRideMessageType,
    windowEvents: config.publishWindowEvents,
    groupEvents: config.publishGroupEvents,
    confirmTimeoutMs: config.publishConfirmTimeoutMs,
    log,
    metrics,
  })
  stop.add('close the publisher', () => publisher.close())
  stop.add('flush confirms', () => publisher.drain())
  // Once up, this process goes on serving reads while RabbitMQ is away.
  health.addCheck(
    'publisher',
    onceTrue(() => publisher.readiness()),
  )

  const requestMetrics = createRequestMetrics(metrics)
  const app = createApp({
    routes: ridesRoutes({ pool, publisher, requestMetrics }),
    log,
    requestMetrics,
    renderError: renderRidesError,
    urlPrefix: config.urlPrefix,
    maxRequestsInFlight: config.maxRequestsInFlight,
  })
  const server = await startHttpServer({
    handler: app,
    host: config.host,
    port: config.port,
    reusePort: config.reusePort,
    maxConnections: config.maxConnections,
    renderError: renderRidesError,
  })
  stop.add('drain requests', () => server.drain())
  log.info({ port: server.port }, 'service port open')
})
