import type { BrakeSignal, ConsumerSignals, QueueSignals, Reading } from '../decide/types.ts'
import type { Pod } from '../kubernetes/objects.ts'
import type { QueueScalerSpec } from '../queue-scaler/spec-schema.ts'
import { readBrake } from './brake-reader.ts'
import type { BrokerSettings } from './broker-settings.ts'
import { scrapeConsumers } from './consumer-scraper.ts'
import type { DepthReaders, SharedReader } from './depth-readers.ts'
import { type Poller, startPoller } from './poller.ts'
import {
  preferCounters,
  type QueueCounters,
  readDetailedCounters,
  readManagementCounters,
  unknownCounters,
} from './queue-counters.ts'
import { explainAmqpError, type SignalFault } from './signal-fault.ts'

export interface SignalCollectorOptions {
  spec: QueueScalerSpec
  depthReaders: DepthReaders
  /** The target's pods now, of any phase. */
  listPods(): Promise<Pod[]>
  onFault(source: 'pods' | 'counters', error: Error): void
}

/** Everything that is known at one moment of what a scaler looks at, but for its target. */
export interface CollectedSignals {
  queues: QueueSignals[]
  consumers: ConsumerSignals[]
  brake: BrakeSignal | null
}

/** How often the slower signals are read, while there is work and while there is none. */
const periodsMs = { consumers: [2_000, 10_000], counters: [5_000, 15_000], brake: [5_000, 15_000] } as const

type Queue = QueueScalerSpec['queues'][number]

const vhostOf = (queue: Queue) => queue.vhost ?? '/'
const keyOf = (queue: Queue) => `${vhostOf(queue)}\n${queue.name}`

/**
 * Collects the signals of one scaler. Depth is read when it is asked for, everything slower in the background, each
 * value with the time at which it was true. A value that cannot be read again stays as it was and grows old: whoever
 * reads it decides when it is too old.
 */
export class SignalCollector implements AsyncDisposable {
  readonly #options: SignalCollectorOptions
  readonly #pollers: Poller[]
  readonly #readers = new Map<string, SharedReader>()
  readonly #depths = new Map<string, Reading>()
  readonly #counters = new Map<string, QueueCounters>()
  readonly #firstReadyAtMs = new Map<string, number>()
  #pods: Pod[] = []
  #consumers: ConsumerSignals[] = []
  #brake: BrakeSignal | null = null
  #settings: BrokerSettings | undefined
  #calm = false

  constructor(options: SignalCollectorOptions) {
    this.#options = options
    const period = (name: keyof typeof periodsMs) => () => periodsMs[name][this.#calm ? 1 : 0]
    this.#pollers = [
      startPoller(period('consumers'), () => this.#readConsumers()),
      startPoller(period('counters'), () => this.#readCounters()),
    ]
    if (options.spec.brake) this.#pollers.push(startPoller(period('brake'), () => this.#readBrake()))
  }

  /** Uses this broker from now on; undefined: none is known, and no depth can be read. */
  async use(settings: BrokerSettings | undefined): Promise<void> {
    if (JSON.stringify(settings) === JSON.stringify(this.#settings)) return
    const old = [...this.#readers.values()]
    this.#readers.clear()
    this.#settings = settings
    await Promise.all(old.map((reader) => reader.release()))
  }

  /** Nothing is going on: the slower signals are read less often. */
  set calm(calm: boolean) {
    if (this.#calm && !calm) for (const poller of this.#pollers) poller.now()
    this.#calm = calm
  }

  /** Reads the depth of every queue. @returns what went wrong, by queue */
  async readDepths(): Promise<SignalFault[]> {
    const faults = await Promise.all(this.#options.spec.queues.map((queue) => this.#readDepth(queue)))
    return faults.filter((fault) => fault !== undefined)
  }

  collected(): CollectedSignals {
    return {
      queues: this.#options.spec.queues.map((queue) => ({
        vhost: vhostOf(queue),
        name: queue.name,
        ready: this.#depths.get(keyOf(queue)) ?? null,
        ...(this.#counters.get(keyOf(queue)) ?? unknownCounters),
      })),
      consumers: this.#consumers,
      brake: this.#brake,
    }
  }

  /** The pods as last seen, and what each of them holds and does, by name. */
  podLoad(): { pods: Pod[]; load: Map<string, { unackedMessages: number; busyShare: number }> } {
    const load = new Map<string, { unackedMessages: number; busyShare: number }>()
    for (const pod of this.#pods) {
      const consumer = this.#consumers.find(({ id }) => id === pod.metadata.uid)
      if (!consumer?.unacknowledged) continue
      const busySeconds = consumer.busySeconds?.value ?? 0
      const aliveSeconds = Math.max(1, (Date.now() - consumer.createdAtMs) / 1_000)
      load.set(pod.metadata.name, {
        unackedMessages: consumer.unacknowledged.value,
        busyShare: busySeconds / aliveSeconds,
      })
    }
    return { pods: this.#pods, load }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const poller of this.#pollers) poller[Symbol.dispose]()
    await Promise.all([...this.#readers.values()].map((reader) => reader.release()))
  }

  async #readDepth(queue: Queue): Promise<SignalFault | undefined> {
    if (!this.#settings) return undefined
    const vhost = vhostOf(queue)
    const shared = this.#readers.get(vhost) ?? this.#options.depthReaders.acquire(this.#settings, vhost)
    this.#readers.set(vhost, shared)
    const askedAtMs = Date.now()
    try {
      const value = await shared.reader.read(queue.name)
      this.#depths.set(keyOf(queue), { value, atMs: askedAtMs })
      return undefined
    } catch (error) {
      const fault = explainAmqpError(error, `queue "${queue.name}" in vhost "${vhost}"`)
      // A queue that is not there has no depth, not an old one.
      if (fault.reason === 'QueueNotFound' || fault.reason === 'VhostNotFound')
        this.#depths.delete(keyOf(queue))
      return fault
    }
  }

  async #readConsumers(): Promise<void> {
    const { consumers } = this.#options.spec
    try {
      this.#pods = await this.#options.listPods()
      const endpoint = { port: consumers?.metricsPort ?? 9_090, path: consumers?.metricsPath ?? '/metrics' }
      this.#consumers = await scrapeConsumers(this.#pods, endpoint, this.#firstReadyAtMs)
    } catch (error) {
      this.#options.onFault('pods', error as Error)
    }
  }

  async #readCounters(): Promise<void> {
    const settings = this.#settings
    if (!settings?.managementUrl && !settings?.metricsUrl) return
    await Promise.all(
      this.#options.spec.queues.map(async (queue) => {
        const asked = { name: queue.name, vhost: vhostOf(queue) }
        const read = async (source: Promise<QueueCounters>) =>
          await source.catch((error: Error) => {
            this.#options.onFault('counters', error)
            return undefined
          })
        const [detailed, managed] = await Promise.all([
          settings.metricsUrl && read(readDetailedCounters(settings.metricsUrl, settings, asked)),
          settings.managementUrl && read(readManagementCounters(settings.managementUrl, settings, asked)),
        ])
        if (!detailed && !managed) return
        this.#counters.set(
          keyOf(queue),
          preferCounters(detailed || unknownCounters, managed || unknownCounters),
        )
      }),
    )
  }

  async #readBrake(): Promise<void> {
    const { brake } = this.#options.spec
    // One that cannot be read keeps its last answer, which grows old.
    if (brake) this.#brake = (await readBrake(brake)) ?? this.#brake
  }
}
