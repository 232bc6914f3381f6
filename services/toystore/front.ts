import { createApp } from '@chairlift/kit/http/create-app.ts'
import { createRequestMetrics } from '@chairlift/kit/http/request-metrics.ts'
import { startHttpServer } from '@chairlift/kit/http/start-http-server.ts'
import { runProcess } from '@chairlift/kit/lifecycle/run-process.ts'
import { onceTrue } from '@chairlift/kit/metrics/health.ts'
import { parseOrdersUrls, toystoreFrontSettings } from './config.ts'
import { createCacheCounts } from './front/cache-counts.ts'
import { CatalogLink } from './front/catalog-link.ts'
import { OrderRouter } from './front/order-router.ts'
import { ToyCache } from './front/toy-cache.ts'
import { toystoreRoutes } from './routes/all-routes.ts'
import { renderToystoreError } from './toystore-error.ts'

await runProcess('toystore-front', toystoreFrontSettings, async ({ config, log, metrics, health, stop }) => {
  const { attemptTimeoutMs, deadlineMs } = config
  const cache = new ToyCache(config.cacheToys)
  const catalog = new CatalogLink({ url: config.catalogUrl, cache, attemptTimeoutMs, log })
  stop.add('leave the catalog', () => Promise.resolve(catalog.close()))
  const orders = new OrderRouter({ replicas: parseOrdersUrls(config.ordersUrls), attemptTimeoutMs, log })
  stop.add('leave the order replicas', () => Promise.resolve(orders.close()))
  // Once up, this process serves what it can while others are away.
  health.addCheck(
    'catalog',
    onceTrue(() => catalog.readiness()),
  )
  health.addCheck(
    'orders',
    onceTrue(() => orders.readiness()),
  )
  metrics.gauge('chairlift_toystore_leader', 'Id of the preferred order replica; 0 for none.', [], () => {
    return orders.leader ?? 0
  })
  metrics.gauge('chairlift_toystore_cached_toys', 'Toys in the cache.', [], () => cache.size)
  metrics.gauge('chairlift_toystore_order_retries', 'Attempts that were tried elsewhere.', [], () => {
    return orders.retries
  })

  const app = createApp({
    routes: toystoreRoutes({ catalog, orders, counts: createCacheCounts(metrics), deadlineMs }),
    log,
    requestMetrics: createRequestMetrics(metrics),
    renderError: renderToystoreError,
    urlPrefix: config.urlPrefix,
    maxRequestsInFlight: config.maxRequestsInFlight,
  })
  const server = await startHttpServer({
    handler: app,
    host: config.host,
    port: config.port,
    reusePort: config.reusePort,
    maxConnections: config.maxConnections,
    renderError: renderToystoreError,
  })
  stop.add('drain requests', () => server.drain())
  log.info({ port: server.port }, 'service port open')
})
