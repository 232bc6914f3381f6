import { openBatchConsumer } from '@chairlift/kit/broker/batch-consumer.ts'
import { DependencyUnavailable } from '@chairlift/kit/errors/dependency-unavailable.ts'
import { runProcess } from '@chairlift/kit/lifecycle/run-process.ts'
import { migrateWhenReady } from '@chairlift/kit/postgres/migrate-when-ready.ts'
import { openPool } from '@chairlift/kit/postgres/open-pool.ts'
import { ridesWriterSettings } from './config.ts'
import { checkLiftRideEvent, type LiftRideEvent, liftRideRoutingKey } from './lift-ride.ts'
import { ridesMigrations, ridesQueues } from './queues.ts'
import { persistRides } from './store/persist-rides.ts'

await runProcess('rides-writer', ridesWriterSettings, async ({ config, log, metrics, health, stop }) => {
  const pool = openPool({
    url: config.databaseUrl,
    name: 'rides-writer',
    connections: config.databaseConnections,
    timeoutMs: config.databaseTimeoutMs,
    log,
    metrics,
  })
  stop.add('close the Postgres pool', () => pool.end())
  await migrateWhenReady(pool, 'rides', ridesMigrations, log)

  const consumer = await openBatchConsumer<LiftRideEvent>({
    url: config.amqpUrl,
    names: ridesQueues,
    routingKey: liftRideRoutingKey,
    check: checkLiftRideEvent,
    apply: (rides) => persistRides(pool, rides),
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
})
