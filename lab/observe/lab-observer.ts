import type { Observation, Observer } from '@chairlift/loadgen/run/observer.ts'
import type { Lab } from '../start-lab.ts'
import type { ReplicaSet } from '../supervisor/replica-set.ts'
import { systems } from '../systems.ts'
import { readCpuSeconds } from './process-cpu.ts'
import { openQueueDepthReader } from './queue-depth.ts'
import { scrapeMetrics } from './scrape-metrics.ts'

const published = 'chairlift_publisher_events_total'
const applied = 'chairlift_consumer_events_total'
const parked = 'chairlift_consumer_parked_total'
const unacked = 'chairlift_consumer_unacked_messages'

/** Looks into a running lab for an experiment: queue depth, events waiting, replicas, CPU, incidents. */
export function observeLab(lab: Lab, system: string): Observer & AsyncDisposable {
  const definition = systems[system]
  if (!definition) throw new Error(`no system "${system}"`)
  const names = Object.keys(definition.processes)
  const depth = openQueueDepthReader(lab.backing.amqpUrl, Object.values(definition.queues))
  /** Processes seen so far. Once one is gone its counters are too, and the sum of all is no longer known. */
  const seen = new Set<number>()

  async function observe(): Promise<Observation> {
    const replicaSets = names.map((name) => [name, lab.replicaSets[name] as ReplicaSet] as const)
    const processes = replicaSets.flatMap(([, replicaSet]) => replicaSet.processes())
    for (const { pid } of processes) seen.add(pid)
    const [ready, ...metrics] = await Promise.all([
      depth.read(),
      ...processes.map(async (service) =>
        scrapeMetrics(await service.adminUrl().catch(() => ''), [published, applied, parked, unacked]),
      ),
    ])
    const sum = (name: string) =>
      metrics.reduce<number | null>(
        (total, one) => (total === null || one === undefined ? null : total + (one[name] ?? 0)),
        0,
      )
    const held = sum(unacked)
    const complete = seen.size === processes.length
    const [sent, done, aside] = [sum(published), sum(applied), sum(parked)]
    const known = complete && sent !== null && done !== null && aside !== null
    return {
      queueDepth: ready === null || held === null ? null : ready + held,
      eventsWaiting: known ? Math.max(0, sent - done - aside) : null,
      replicas: Object.fromEntries(
        replicaSets.map(([name, replicaSet]) => [name, replicaSet.processes().length]),
      ),
    }
  }

  return {
    observe,
    async cpuSeconds() {
      const parts = [
        ...names.map(
          (name) => [name, lab.replicaSets[name]?.processes().map(({ pid }) => pid) ?? []] as const,
        ),
        ...lab.backing.servers.map((server) => [server.name, server.pids] as const),
      ]
      return Object.fromEntries(
        await Promise.all(parts.map(async ([name, pids]) => [name, await readCpuSeconds(pids)] as const)),
      )
    },
    incidents: () => lab.incidents,
    [Symbol.asyncDispose]: () => depth[Symbol.asyncDispose](),
  }
}
