import { setTimeout as delay } from 'node:timers/promises'
import { ServiceProcess } from './service-process.ts'
import { waitUntilReady } from './wait-until-ready.ts'

export interface ReplicaSetOptions {
  /** Name of the process kind, e.g. rides-writer. */
  name: string
  entry: URL
  environment: Record<string, string>
  /** Further settings of the replica with this number (from 1), the same whenever it is started again. */
  environmentOf?: (number: number) => Record<string, string>
  /** Registers a process with whoever ends it should the lab crash. */
  watch: (pid: number) => void
  forget: (pid: number) => void
  /** What happened that the lab did not ask for, as a sentence. */
  onIncident: (what: string) => void
  /** The end of the log of a process that failed by itself. */
  onFailure: (log: string) => void
  onLine?: (line: string) => void
}

interface Slot {
  name: string
  number: number
  current: ServiceProcess
  /** The lab asked it to stop: no replacement. */
  retired: boolean
}

const restartFirstMs = 50
const restartLongestMs = 5_000
/** A process that ran this long before it ended gets the short wait again. */
const soundAfterMs = 10_000

/**
 * A number of equal processes that stays what it was asked to be, as a Deployment does: one that ends is
 * started again (with back-off), one that says it stops without being asked is replaced at once, while it still
 * serves.
 */
export class ReplicaSet {
  readonly #options: ReplicaSetOptions
  #slots: Slot[] = []
  /** Replaced processes that still finish their work. */
  readonly #leaving = new Set<ServiceProcess>()
  #nextNumber = 1

  constructor(options: ReplicaSetOptions) {
    this.#options = options
  }

  /** The processes that should be running now. */
  processes(): ServiceProcess[] {
    return this.#slots.filter((slot) => !slot.retired).map((slot) => slot.current)
  }

  /** Starts or stops processes until there are `count`; resolves when the new are ready and the old are gone. */
  async scale(count: number): Promise<void> {
    const active = this.#slots.filter((slot) => !slot.retired)
    const started = Array.from({ length: Math.max(0, count - active.length) }, () => this.#addSlot())
    const stopped = active.slice(count).map((slot) => this.#retire(slot))
    await Promise.all([...started, ...stopped])
  }

  /** Stops all; a process that does not end after `timeoutMs` is killed. */
  async stop(timeoutMs = 20_000): Promise<void> {
    await Promise.all([
      ...this.#slots.map((slot) => this.#retire(slot, timeoutMs)),
      ...[...this.#leaving].map((service) => endService(service, timeoutMs)),
    ])
  }

  async #addSlot(): Promise<void> {
    const number = this.#nextNumber++
    const name = `${this.#options.name}-${number}`
    const slot: Slot = { name, number, current: this.#spawn(name, number), retired: false }
    this.#slots.push(slot)
    this.#superviseSlot(slot)
    await waitUntilReady(slot.current)
  }

  #spawn(name: string, number: number): ServiceProcess {
    const { entry, onLine } = this.#options
    const environment = { ...this.#options.environment, ...this.#options.environmentOf?.(number) }
    const service = new ServiceProcess({ name, entry, environment, ...(onLine && { onLine }) })
    this.#options.watch(service.pid)
    void service.exited.then(() => this.#options.forget(service.pid))
    return service
  }

  #superviseSlot(slot: Slot, waitMs = restartFirstMs): void {
    const service = slot.current
    const startedAt = performance.now()
    service.once('stopping', () => {
      if (slot.retired || slot.current !== service) return
      this.#options.onIncident(`${slot.name} was told to stop; a replacement starts`)
      this.#leaving.add(service)
      void service.exited.then(() => this.#leaving.delete(service))
      this.#replace(slot)
    })
    service.once('exit', (code, signal) => {
      if (slot.retired || slot.current !== service) return
      const how = signal ? `was ended by ${signal}` : `ended with code ${code}`
      this.#options.onIncident(`${slot.name} ${how}; it is started again`)
      if (code !== null && code !== 0) this.#options.onFailure(service.recentLog())
      const nextWaitMs = performance.now() - startedAt > soundAfterMs ? restartFirstMs : waitMs * 2
      void delay(waitMs).then(() => {
        if (!slot.retired) this.#replace(slot, Math.min(nextWaitMs, restartLongestMs))
      })
    })
  }

  #replace(slot: Slot, waitMs?: number): void {
    slot.current = this.#spawn(slot.name, slot.number)
    this.#superviseSlot(slot, waitMs)
  }

  async #retire(slot: Slot, timeoutMs = 20_000): Promise<void> {
    slot.retired = true
    await endService(slot.current, timeoutMs)
    this.#slots = this.#slots.filter((other) => other !== slot)
  }
}

async function endService(service: ServiceProcess, timeoutMs: number): Promise<void> {
  // SIGINT, not SIGTERM: no balancer has to be given time here.
  service.kill('SIGINT')
  const killer = setTimeout(() => service.kill('SIGKILL'), timeoutMs)
  await service.exited
  clearTimeout(killer)
}
