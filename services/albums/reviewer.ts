import { randomInt } from 'node:crypto'
import { openBatchConsumer } from '@chairlift/kit/broker/batch-consumer.ts'
import { DependencyUnavailable } from '@chairlift/kit/errors/dependency-unavailable.ts'
import { runProcess } from '@chairlift/kit/lifecycle/run-process.ts'
import { migrateWhenReady } from '@chairlift/kit/postgres/migrate-when-ready.ts'
import { openPool } from '@chairlift/kit/postgres/open-pool.ts'
import { albumsReviewerSettings } from './config.ts'
import { albumsMigrations, albumsQueues } from './queues.ts'
import { checkReviewEvent, type ReviewEvent, reviewRoutingKey } from './review.ts'
import { countReviews, stripes } from './store/count-reviews.ts'

await runProcess(
  'albums-reviewer',
  albumsReviewerSettings,
  async ({ config, log, metrics, health, stop }) => {
    const pool = openPool({
      url: config.databaseUrl,
      name: 'albums-reviewer',
      connections: config.databaseConnections,
      timeoutMs: config.databaseTimeoutMs,
      log,
      metrics,
    })
    stop.add('close the Postgres pool', () => pool.end())
    await migrateWhenReady(pool, 'albums', albumsMigrations, log)

    // Two processes on one stripe are right, too; they only wait for each other at an album that both review.
    const stripe = randomInt(stripes)
    const consumer = await openBatchConsumer<ReviewEvent>({
      url: config.amqpUrl,
      names: albumsQueues,
      routingKey: reviewRoutingKey,
      check: checkReviewEvent,
      apply: (reviews) => countReviews(pool, reviews, stripe),
      isTransient: (error) => error instanceof DependencyUnavailable,
      prefetchMessages: config.prefetchMessages,
      batchEvents: config.batchEvents,
      batchAgeMs: config.batchAgeMs,
      suspectCrashes: config.suspectCrashes,
      log,
      metrics,
    })
    stop.add('finish the batch and stop consuming', () => consumer.stop())
    health.addCheck('consumer', () => consumer.readiness())
  },
)
