import { openBlobStore } from '@chairlift/kit/blobs/open-blob-store.ts'
import { openPublisher, PublishWindowFull } from '@chairlift/kit/broker/publisher.ts'
import { createApp } from '@chairlift/kit/http/create-app.ts'
import { createRequestMetrics } from '@chairlift/kit/http/request-metrics.ts'
import { startHttpServer } from '@chairlift/kit/http/start-http-server.ts'
import { runProcess } from '@chairlift/kit/lifecycle/run-process.ts'
import { onceTrue } from '@chairlift/kit/metrics/health.ts'
import { migrateWhenReady } from '@chairlift/kit/postgres/migrate-when-ready.ts'
import { openPool } from '@chairlift/kit/postgres/open-pool.ts'
import { createBreakerMeasures, createCircuitBreaker } from '@chairlift/kit/resilience/circuit-breaker.ts'
import { renderAlbumsError } from './albums-error.ts'
import { createAlbumReader } from './cache/album-reader.ts'
import { albumsApiSettings } from './config.ts'
import { openCache } from './open-cache.ts'
import { openReplica } from './open-replica.ts'
import { albumsMigrations, albumsQueues } from './queues.ts'
import { type ReviewEvent, reviewMessageType, reviewRoutingKey } from './review.ts'
import { albumsRoutes } from './routes/all-routes.ts'
import { createAlbumStore } from './store/album-store.ts'
import { startSweeper } from './sweep-orphans.ts'

/** How long a start waits for RabbitMQ, which only the reviews need (ms). */
const brokerPatienceMs = 30_000

await runProcess('albums-api', albumsApiSettings, async ({ config, log, metrics, health, stop }) => {
  const pool = openPool({
    url: config.databaseUrl,
    name: 'albums-api',
    connections: config.databaseConnections,
    timeoutMs: config.databaseTimeoutMs,
    log,
    metrics,
  })
  stop.add('close the Postgres pool', () => pool.end())
  await migrateWhenReady(pool, 'albums', albumsMigrations, log)

  const blobs = await openBlobStore({ ...config, url: config.blobUrl, timeoutMs: config.blobTimeoutMs })
  stop.add('close the blob store', () => blobs.close())
  const { breakerFailures: failures, breakerProbeMs: probeMs } = config
  const breakerOptions = { failures, probeMs, log, measures: createBreakerMeasures(metrics) }
  const cache = openCache(config, { log, metrics, stop, breaker: breakerOptions })
  const replica = openReplica(config, { log, stop, breaker: breakerOptions })
  const store = createAlbumStore(pool)
  const readEntry = createAlbumReader({ cache, primary: store.read, ...(replica && { replica }), metrics })

  const sweeper = startSweeper({
    pool,
    blobs,
    graceMs: config.sweepGraceMs,
    intervalMs: config.sweepIntervalMs,
    log,
    metrics,
  })
  stop.add('stop the sweeper', () => sweeper.stop())

  const publisher = await openPublisher<ReviewEvent>({
    url: config.amqpUrl,
    names: albumsQueues,
    routingKey: reviewRoutingKey,
    type: reviewMessageType,
    windowEvents: config.publishWindowEvents,
    groupEvents: config.publishGroupEvents,
    confirmTimeoutMs: config.publishConfirmTimeoutMs,
    log,
    metrics,
  })
  stop.add('close the publisher', () => publisher.close())
  stop.add('flush confirms', () => publisher.drain())
  const reviewBreaker = createCircuitBreaker({
    ...breakerOptions,
    name: 'reviews',
    isFailure: (error) => !(error instanceof PublishWindowFull),
  })
  // Albums do not need RabbitMQ: a start while it is away must not keep them out for long.
  const startedAt = performance.now()
  health.addCheck(
    'publisher',
    onceTrue(() => performance.now() - startedAt > brokerPatienceMs || publisher.readiness()),
  )

  const app = createApp({
    routes: albumsRoutes({
      blobs,
      insert: store.insert,
      cache,
      readEntry,
      readLikes: store.readLikes,
      publish: (event) => reviewBreaker.call(() => publisher.publish(event)),
      maxImageBytes: config.maxImageBytes,
      maxUploads: config.maxUploads,
    }),
    log,
    requestMetrics: createRequestMetrics(metrics),
    renderError: renderAlbumsError,
    urlPrefix: config.urlPrefix,
    maxRequestsInFlight: config.maxRequestsInFlight,
  })
  const server = await startHttpServer({
    handler: app,
    host: config.host,
    port: config.port,
    reusePort: config.reusePort,
    maxConnections: config.maxConnections,
    arrival: { headMs: Math.min(10_000, config.uploadTimeoutMs), wholeMs: config.uploadTimeoutMs },
    renderError: renderAlbumsError,
  })
  stop.add('drain requests', () => server.drain())
  log.info({ port: server.port }, 'service port open')
})
