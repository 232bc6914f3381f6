import { createApp } from '@chairlift/kit/http/create-app.ts'
import { createRequestMetrics } from '@chairlift/kit/http/request-metrics.ts'
import { startHttpServer } from '@chairlift/kit/http/start-http-server.ts'
import { runProcess } from '@chairlift/kit/lifecycle/run-process.ts'
import { CacheFeed } from './catalog/cache-feed.ts'
import { restockRegularly } from './catalog/restock.ts'
import { toystoreCatalogSettings } from './config.ts'
import { startReplica } from './replica/start-replica.ts'
import { getState } from './routes/get-state.ts'
import { renderToystoreError } from './toystore-error.ts'

/** Nobody is answered by the catalog's own disk: it may lose its end and read it again (ms). */
const lazyCommitMs = 100

await runProcess('toystore-catalog', toystoreCatalogSettings, async (context) => {
  const { config, log, metrics, stop } = context
  let feed: CacheFeed | undefined
  const { replica, shop } = await startReplica(context, {
    name: 'toystore-catalog',
    flush: false,
    lazyCommitMs,
    observe(state) {
      const opened = new CacheFeed(state, config.leaseMs)
      feed = opened
      return (entry) => opened.onApplied(entry)
    },
  })
  feed?.serve(replica)
  const restock = restockRegularly(shop, replica, config.restockIntervalMs, log)
  stop.add('stop restocking', () => Promise.resolve(restock.stop()))

  const app = createApp({
    routes: [getState(shop, null)],
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
    ...(feed && { upgrade: feed.lines.upgrade }),
  })
  stop.add('drain requests', () => {
    feed?.close()
    return server.drain()
  })
  log.info({ port: server.port }, 'service port open')
})
