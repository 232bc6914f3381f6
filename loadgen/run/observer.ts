/** What can be seen of the system under test from outside the load generator, at one moment. */
export interface Observation {
  /** Messages in the workload's queues, ready and unacknowledged; null when unknown. */
  queueDepth: number | null
  /** Events accepted and not yet applied; null when unknown. */
  eventsWaiting: number | null
  /** Running processes, by name. */
  replicas: Record<string, number>
}

export interface Incident {
  atMs: number
  what: string
}

/** Whoever started the system (lab, cluster) and can look into it. */
export interface Observer {
  observe(): Promise<Observation>
  /** CPU-seconds used so far, by part of the system. */
  cpuSeconds?(): Promise<Record<string, number>>
  /** What happened since the start that nobody asked for. */
  incidents?(): readonly Incident[]
}

export interface TimedObservation extends Observation {
  atMs: number
}

const intervalMs = 250

export interface Sampler {
  samples: readonly TimedObservation[]
  stop(): Promise<void>
}

/** Samples an observer four times a second until it is stopped; a sample that fails is left out, never a zero. */
export function startSampler(observer: Observer | undefined): Sampler {
  const samples: TimedObservation[] = []
  if (!observer) return { samples, stop: () => Promise.resolve() }
  let busy: Promise<void> | undefined
  const timer = setInterval(() => {
    busy ??= observer
      .observe()
      .then(
        (observation) => {
          samples.push({ ...observation, atMs: Date.now() })
        },
        () => undefined,
      )
      .finally(() => {
        busy = undefined
      })
  }, intervalMs)
  return {
    samples,
    async stop() {
      clearInterval(timer)
      await busy
    },
  }
}
