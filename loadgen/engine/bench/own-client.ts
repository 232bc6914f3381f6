import { runLoad } from '../run-load.ts'
import type { ThreadGroup } from '../types.ts'
import type { OwnFigures } from './processes.ts'

/*
 * Sends GETs over keep-alive connections and prints the figures as JSON:
 * `own-client.ts URL CONNECTIONS REQUESTS WARMUP`, WARMUP being requests per connection that are not measured.
 */

const [url = '', ...numbers] = process.argv.slice(2)
const [connections = 1, requests = 1, warmUp = 0] = numbers.map(Number)
const warmUpGroup: ThreadGroup = {
  name: 'warm-up',
  threads: connections,
  firstItem: requests,
  work: { kind: 'each', items: warmUp },
  start: { kind: 'immediately' },
  measured: false,
}
const outcome = await runLoad({
  target: url,
  groups: [
    ...(warmUp > 0 ? [warmUpGroup] : []),
    {
      name: 'get',
      threads: connections,
      firstItem: 0,
      work: { kind: 'shared', items: requests },
      start:
        warmUp > 0 ? { kind: 'afterDone', group: 'warm-up', threads: connections } : { kind: 'immediately' },
      measured: true,
    },
  ],
  workload: { module: new URL('../testing/fixed-workload.ts', import.meta.url).href, parameters: {} },
  retry: { limit: 0, mode: 'all' },
  requestTimeoutMs: 10_000,
  connectTimeoutMs: 10_000,
  workers: 1,
  engine: 'raw',
})
const { operations, throughput, validity } = outcome
const counts = operations.fixed
if (counts === undefined || counts.ok !== requests) throw new Error('not every request succeeded')
const { cpuSeconds, residentBytesMax, eventLoopUtilizationMax } = validity
const figures: OwnFigures = {
  requests: counts.ok,
  cpuUsPerRequest: ((cpuSeconds.user + cpuSeconds.system) * 1e6) / (counts.ok + connections * warmUp),
  requestsPerSecond: throughput.ok,
  p50Ms: counts.latency.percentileUs(50) / 1_000,
  p99Ms: counts.latency.percentileUs(99) / 1_000,
  residentMb: residentBytesMax / 2 ** 20,
  eventLoopUtilization: eventLoopUtilizationMax,
}
process.stdout.write(`${JSON.stringify(figures)}\n`)
