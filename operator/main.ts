import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import { runProcess } from '@chairlift/kit/lifecycle/run-process.ts'
import { onceTrue } from '@chairlift/kit/metrics/health.ts'
import { operatorSettings } from './config.ts'
import { createScalerController } from './controller/scaler-controller.ts'
import { createApiClient } from './kubernetes/api-client.ts'
import { findClusterAccess } from './kubernetes/cluster-access.ts'
import { defaultElectionTimes } from './kubernetes/lease-election.ts'
import { LeaseElector } from './kubernetes/lease-elector.ts'

await runProcess('operator', operatorSettings, async ({ config, log, metrics, health, stop }) => {
  const access = await findClusterAccess(process.env)
  const requests = metrics.counter(
    'chairlift_operator_api_requests_total',
    'Calls to the API server; code 0: no answer.',
    ['method', 'code'],
  )
  const client = createApiClient(access, (method, status) => requests.inc({ method, code: String(status) }))
  const identity = `${hostname()}_${randomUUID()}`

  const elector = new LeaseElector({
    client,
    namespace: config.leaseNamespace || access.namespace,
    name: config.leaseName,
    identity,
    times: defaultElectionTimes,
    log,
    onElected: () => controller.lead(),
    // Work that goes on may still hold what it read as the leader: only a new process is surely without it.
    onLost(reason) {
      log.fatal({ reason }, 'not the leader any more')
      process.exit(1)
    },
  })
  const controller = createScalerController({
    client: client.fenced(() => elector.mayWrite()),
    namespace: config.watchNamespace || undefined,
    intervalMs: config.intervalMs,
    concurrency: config.concurrency,
    identity,
    isLeader: () => elector.isLeader,
    logDecisions: config.logDecisions,
    log,
    metrics,
  })
  // In the reverse order: first the work ends, then the lease goes to the other process.
  stop.add('stop watching', () => controller.stopWatching())
  stop.add('give the lease back', () => elector.stop())
  stop.add('end the work', () => controller.stopActing())

  let synced = false
  controller.synced.then(
    () => {
      synced = true
    },
    () => undefined,
  )
  health.addCheck(
    'caches',
    onceTrue(() => synced || 'the API server has not been read yet'),
  )
  await controller.synced
  elector.start()
})
