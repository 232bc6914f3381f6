import type { Observation, Observer } from '@chairlift/loadgen/run/observer.ts'
import type { Lab } from '../start-lab.ts'
import type { ReplicaSet } from '../supervisor/replica-set.ts'
import type { ServiceProcess } from '../supervisor/service-process.ts'
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
  /** Processes seen so far. What one that is gone had done is known if it was a consumer and ended in order. */
  const seen = new Set<ServiceProcess>()

  async function observe(): Promise<Observation> {
    const replicaSets = names.map((name) => [name, lab.replicaSets[name] as ReplicaSet] as const)
    const processes = replicaSets.flatMap(([, replicaSet]) => replicaSet.processes())
    for (const service of processes) seen.add(service)
    const gone = [...seen].filter((service) => !processes.includes(service))
    const ended = gone.map((service) => service.finalCounts())
    // One that has no admin port yet has done nothing and holds nothing; waiting for it would leave a gap.
    const adminUrls = processes.map((service) => service.readyAdminUrl()).filter((url) => url !== undefined)
    const [ready, ...metrics] = await Promise.all([
      depth.read(),
      ...adminUrls.map((url) => scrapeMetrics(url, [published, applied, parked, unacked])),
    ])
    const sum = (name: string) =>
      metrics.reduce<number | null>(
        (total, one) => (total === null || one === undefined ? null : total + (one[name] ?? 0)),
        0,
      )
    const held = sum(unacked)
    const [sent, done, aside] = [sum(published), sum(applied), sum(parked)]
    const earlier = ended.every((counts) => counts !== undefined)
      ? ended.reduce((total, { events, parked: apart }) => total + events + apart, 0)
      : null
    const known = earlier !== null && sent !== null && done !== null && aside !== null
    // One that is just being stopped still holds messages, and nobody asks it any more.
    const leaving = gone.some((service) => !service.ended && service.finalCounts() === undefined)
    return {
      queueDepth: ready === null || held === null || leaving ? null : ready + held,
      eventsWaiting: known ? Math.max(0, sent - done - aside - earlier) : null,
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
