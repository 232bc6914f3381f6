import { DependencyUnavailable } from '@chairlift/kit/errors/dependency-unavailable.ts'
import type { Logger } from '@chairlift/kit/log/logger.ts'
import type { FeedPlace, FeedPush, ToyState, ToyVersions } from '../catalog/cache-feed.ts'
import { Peer } from '../wire/peer.ts'
import type { ToyCache } from './toy-cache.ts'

export interface CatalogLinkOptions {
  url: string
  cache: ToyCache
  /** Longest wait for one answer of the catalog (ms). */
  attemptTimeoutMs: number
  log: Logger
}

export interface ToyRead {
  toy: ToyState | null
  cached: boolean
}

/** Assumed until the catalog says how long its leases are; never shorter than theirs (ms). */
const assumedLeaseMs = 1_000
/** How much faster one machine's clock may run than another's while a lease lasts. */
const clockRateMargin = 1.05
const retryMs = 20

/**
 * The front end's side of the cache protocol (docs/adr/0041). An entry is served only under a lease, and a lease
 * lasts from the moment before it was asked for: whatever was acknowledged without this front end's word was
 * committed so long before that it has been invalidated here.
 */
export class CatalogLink {
  readonly #cache: ToyCache
  readonly #options: CatalogLinkOptions
  readonly #peer: Peer
  #place: FeedPlace | null = null
  #greeted = false
  #leaseUntilMs = 0
  #leaseMs = assumedLeaseMs
  #renewal: Promise<void> | undefined
  #settled = -1
  #waiting: { offset: number; resolve: () => void }[] = []

  constructor(options: CatalogLinkOptions) {
    this.#options = options
    this.#cache = options.cache
    this.#peer = new Peer({
      name: 'catalog',
      url: options.url,
      onOpen: () => void this.#greet(),
      onPush: (message) => this.#onPush(message as unknown as Partial<FeedPush>),
      onLost: () => {
        this.#greeted = false
        // Entries stay: the next greeting tells what changed meanwhile, and until then there is no lease.
        this.#leaseUntilMs = 0
      },
      log: options.log,
    })
  }

  /** True, or why toys cannot be read now. */
  readiness(): true | string {
    return this.#greeted || 'not connected to the catalog'
  }

  /**
   * The state of a toy, never older than anything acknowledged before this call.
   *
   * @param useCache false: ask the catalog in any case
   * @param deadlineMs by this process's monotonic clock
   * @throws DependencyUnavailable
   */
  async read(name: string, useCache: boolean, deadlineMs: number): Promise<ToyRead> {
    let reason: unknown
    while (performance.now() < deadlineMs) {
      try {
        if (!this.#leased) await this.#renew()
        else if (this.#leaseUntilMs - performance.now() < this.#leaseMs / 2)
          this.#renew().catch(() => undefined)
        const hit = useCache && this.#leased ? this.#cache.get(name) : undefined
        if (hit) return { toy: hit, cached: true }
        const answer = await this.#peer.request({ toy: name }, this.#options.attemptTimeoutMs)
        // Without a lease now, the answer could come from a catalog that lags behind.
        if (!this.#leased) continue
        const toy = answer['toy'] as ToyState | null
        if (toy) this.#cache.fill(toy)
        return { toy, cached: false }
      } catch (error) {
        reason = error
        await new Promise((resolve) => setTimeout(resolve, retryMs))
      }
    }
    throw new DependencyUnavailable('catalog', (reason as Error | undefined)?.message ?? 'no lease in time')
  }

  /**
   * Resolves when no front end can still serve anything from before `offset`: the catalog says so, or every
   * lease that it could have granted before is over.
   */
  settled(offset: number): Promise<void> {
    if (offset <= this.#settled) return Promise.resolve()
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer)
        this.#waiting = this.#waiting.filter((one) => one !== waiting)
        resolve()
      }
      const timer = setTimeout(done, this.#leaseMs * clockRateMargin)
      const waiting = { offset, resolve: done }
      this.#waiting.push(waiting)
    })
  }

  close(): void {
    this.#peer.close()
  }

  get #leased(): boolean {
    return performance.now() < this.#leaseUntilMs
  }

  async #greet(): Promise<void> {
    try {
      const answer = await this.#peer.request({ hello: this.#place }, this.#options.attemptTimeoutMs)
      const { logId, offset, changed } = answer as unknown as FeedPlace & { changed: ToyVersions }
      if (logId !== this.#place?.logId || offset < this.#place.offset) {
        this.#cache.clear()
        // Offsets of another log say nothing about this one.
        this.#settled = -1
      }
      this.#invalidate(changed)
      this.#place = { logId, offset }
      this.#peer.send({ applied: offset })
      this.#greeted = true
    } catch (error) {
      this.#options.log.warn({ reason: (error as Error).message }, 'the catalog does not greet')
    }
  }

  #onPush({ changed, offset, settled }: Partial<FeedPush>): void {
    if (changed && offset !== undefined) {
      this.#invalidate(changed)
      // Before the greeting's answer the place is still the old one, and must stay so.
      if (this.#greeted && this.#place) this.#place.offset = Math.max(this.#place.offset, offset)
      this.#peer.send({ applied: offset })
    }
    if (settled === undefined || settled <= this.#settled) return
    this.#settled = settled
    for (const waiting of [...this.#waiting]) if (waiting.offset <= settled) waiting.resolve()
  }

  #invalidate(changed: ToyVersions): void {
    for (const [name, version] of Object.entries(changed)) this.#cache.invalidate(name, version)
  }

  /** One renewal at a time; all who wait share it. */
  #renew(): Promise<void> {
    this.#renewal ??= this.#askForLease().finally(() => {
      this.#renewal = undefined
    })
    return this.#renewal
  }

  async #askForLease(): Promise<void> {
    if (!this.#greeted) throw new DependencyUnavailable('catalog', 'not connected')
    const askedAtMs = performance.now()
    const answer = await this.#peer.request({ lease: true }, this.#options.attemptTimeoutMs)
    if (!this.#greeted) throw new DependencyUnavailable('catalog', 'connection lost')
    this.#leaseMs = answer['leaseMs'] as number
    this.#leaseUntilMs = askedAtMs + this.#leaseMs
  }
}
