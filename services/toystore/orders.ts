import { createApp } from '@chairlift/kit/http/create-app.ts'
import { createRequestMetrics } from '@chairlift/kit/http/request-metrics.ts'
import { startHttpServer } from '@chairlift/kit/http/start-http-server.ts'
import { runProcess } from '@chairlift/kit/lifecycle/run-process.ts'
import { replicaNumber, toystoreOrdersSettings } from './config.ts'
import { answerOrderLines, readOrder } from './orders/answer-lines.ts'
import { takeSnapshots } from './orders/take-snapshots.ts'
import { startReplica } from './replica/start-replica.ts'
import { getOrder } from './routes/get-order.ts'
import { getState } from './routes/get-state.ts'
import { renderToystoreError } from './toystore-error.ts'

/** How often it is looked whether a snapshot is due (ms). */
const snapshotLookMs = 5_000

await runProcess('toystore-orders', toystoreOrdersSettings, async (context) => {
  const { config, log, metrics, stop } = context
  const id = replicaNumber(config)
  const name = `toystore-orders-${id}`
  const started = await startReplica(context, { name, flush: true, lazyCommitMs: config.lazyCommitMs })
  const { replica, shop, pool, commandLog } = started

  const { logName, snapshotEveryEntries: everyEntries } = config
  const snapshots = { shop, pool, commandLog, logName, everyEntries, intervalMs: snapshotLookMs, log }
  const snapshotting = takeSnapshots(snapshots)
  stop.add('finish the snapshot', () => snapshotting.stop())

  const lines = answerOrderLines(shop, replica)
  const app = createApp({
    routes: [getOrder((number) => readOrder(shop, replica, number)), getState(shop, id)],
    log,
    requestMetrics: createRequestMetrics(metrics),
    renderError: renderToystoreError,
    maxRequestsInFlight: config.maxRequestsInFlight,
  })
  const server = await startHttpServer({
    handler: app,
    host: config.host,
    port: config.port,
    reusePort: config.reusePort,
    maxConnections: config.maxConnections,
    renderError: renderToystoreError,
    upgrade: lines.upgrade,
  })
  stop.add('drain requests', () => {
    lines.close()
    return server.drain()
  })
  log.info({ port: server.port }, 'service port open')
})
