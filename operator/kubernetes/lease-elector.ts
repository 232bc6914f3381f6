import { setTimeout as delay } from 'node:timers/promises'
import type { Logger } from '@chairlift/kit/log/logger.ts'
import type { ApiClient } from './api-client.ts'
import { isConflict, isNotFound } from './api-error.ts'
import {
  type ElectionTimes,
  mayAcquire,
  type Observation,
  observe,
  releasedLease,
  takenLease,
} from './lease-election.ts'
import type { Lease } from './objects.ts'

export interface LeaseElectorOptions {
  client: ApiClient
  namespace: string
  name: string
  /** Of this process alone, over all hosts and restarts. */
  identity: string
  times: ElectionTimes
  log: Logger
  /** Called when this process becomes the leader. */
  onElected(): void
  /** Called when it was the leader and cannot be sure any more; the process has to end. */
  onLost(reason: string): void
}

/**
 * Elects one leader by a Lease, as client-go does. The Lease alone does not fence: {@link LeaseElector.mayWrite} is
 * asked before every write, by a monotonic clock, and each write names the version that it read, so that the write of
 * a process that was paused in between meets a conflict.
 */
export class LeaseElector {
  readonly #options: LeaseElectorOptions
  readonly #path: string
  readonly #stopping = new AbortController()
  #state: 'candidate' | 'leader' | 'ended' = 'candidate'
  #seen: Observation | undefined
  #lease: Lease | undefined
  /** Start of the last renewal that succeeded: the server's clock of the lease started after it. */
  #renewedAtMs = Number.NEGATIVE_INFINITY
  #loop: Promise<void> | undefined

  constructor(options: LeaseElectorOptions) {
    this.#options = options
    this.#path = `/apis/coordination.k8s.io/v1/namespaces/${options.namespace}/leases`
  }

  start(): void {
    this.#loop ??= this.#run()
  }

  get isLeader(): boolean {
    return this.#state === 'leader'
  }

  /** Whether a write sent now is still covered by the lease. */
  mayWrite(): boolean {
    return this.#state === 'leader' && this.#sinceRenewalMs() < this.#options.times.renewDeadlineMs
  }

  /** Ends the election and gives the lease back. Call it after all work that the lease guards has ended. */
  async stop(): Promise<void> {
    this.#stopping.abort(new Error('stopped'))
    await this.#loop
    if (this.#state !== 'leader' || !this.#lease) return
    this.#state = 'ended'
    const { log, identity } = this.#options
    try {
      await this.#put(releasedLease(this.#lease, new Date())).catch(async (error) => {
        if (!isConflict(error)) throw error
        // Somebody edited the record, or a renewal was written though its answer never came.
        const present = await this.#read()
        if (present.spec?.holderIdentity === identity) await this.#put(releasedLease(present, new Date()))
      })
      log.info('the lease was given back')
    } catch (error) {
      log.warn({ reason: (error as Error).message }, 'the lease was not given back')
    }
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping
    const { times } = this.#options
    while (!signal.aborted && this.#state !== 'ended') {
      await (this.#state === 'leader' ? this.#renew() : this.#campaign())
      const waitMs = this.#state === 'leader' ? times.renewMs : times.pollMs * (1 + Math.random() / 5)
      await delay(waitMs, undefined, { signal }).catch(() => undefined)
    }
  }

  /** One look at the lease; takes it if it is free. */
  async #campaign(): Promise<void> {
    const { times, identity, log } = this.#options
    try {
      const lease = await this.#read()
      const nowMs = performance.now()
      this.#seen = observe(this.#seen, lease, nowMs)
      if (!mayAcquire(lease, this.#seen, identity, nowMs)) return
      const taken = takenLease(lease, identity, times.leaseMs, new Date())
      this.#lease = lease.metadata.resourceVersion ? await this.#put(taken) : await this.#create(taken)
    } catch (error) {
      // Another candidate was faster.
      if (!isConflict(error) && !this.#stopping.signal.aborted)
        log.warn({ reason: (error as Error).message }, 'cannot see or take the lease')
      return
    }
    this.#state = 'leader'
    log.info({ identity }, 'elected')
    this.#options.onElected()
  }

  async #renew(): Promise<void> {
    const { times, identity } = this.#options
    try {
      if (this.#lease)
        this.#lease = await this.#put(takenLease(this.#lease, identity, times.leaseMs, new Date()))
    } catch (error) {
      if (this.#stopping.signal.aborted) return
      await this.#afterFailedRenewal(error as Error)
    }
    if (this.#sinceRenewalMs() >= times.renewDeadlineMs) this.#lose('the lease was not renewed in time')
  }

  /** A conflict may be somebody's edit of a label: what counts is who holds the lease now. */
  async #afterFailedRenewal(error: Error): Promise<void> {
    const { log, identity } = this.#options
    log.warn({ reason: error.message }, 'the lease was not renewed')
    const present = await this.#read().catch(() => undefined)
    if (!present) return
    if ((present.spec?.holderIdentity ?? '') === identity) this.#lease = present
    else this.#lose(`the lease is held by "${present.spec?.holderIdentity ?? 'nobody'}"`)
  }

  #lose(reason: string): void {
    if (this.#state !== 'leader') return
    this.#state = 'ended'
    this.#options.onLost(reason)
  }

  #sinceRenewalMs(): number {
    return performance.now() - this.#renewedAtMs
  }

  /** The present record; an empty one when there is none. */
  async #read(): Promise<Lease> {
    const { client, name, namespace } = this.#options
    try {
      return await client.request<Lease>('GET', `${this.#path}/${name}`, this.#call())
    } catch (error) {
      if (!isNotFound(error)) throw error
      return { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { name, namespace } }
    }
  }

  #put(lease: Lease): Promise<Lease> {
    return this.#write('PUT', `${this.#path}/${this.#options.name}`, lease)
  }

  #create(lease: Lease): Promise<Lease> {
    return this.#write('POST', this.#path, lease)
  }

  async #write(method: 'PUT' | 'POST', path: string, body: Lease): Promise<Lease> {
    const startedAt = performance.now()
    const written = await this.#options.client.request<Lease>(method, path, { body, ...this.#call() })
    this.#renewedAtMs = startedAt
    return written
  }

  /** A call that hangs must leave room for another before the deadline. */
  #call(): { timeoutMs: number } {
    return { timeoutMs: this.#options.times.renewDeadlineMs / 3 }
  }
}
