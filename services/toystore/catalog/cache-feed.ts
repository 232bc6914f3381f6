import type { AppliedEntry } from '../replica/applier.ts'
import type { Replica } from '../replica/replica.ts'
import type { SqliteShop } from '../store/sqlite-shop.ts'
import { type LineServer, type LineSession, serveLines } from '../wire/serve-lines.ts'
import { type CacheHolder, nextLeaseEndMs, settledOffset } from './settlement.ts'

/** A toy as the catalog tells it; the version is the offset of its last change. */
export interface ToyState {
  name: string
  price: number
  quantity: number
  version: number
}

/** Versions of toys by name. */
export type ToyVersions = Record<string, number>

/** Pushed to front ends: these toys changed; and all up to `settled` is out of every other cache. */
export interface FeedPush {
  changed: ToyVersions
  offset: number
  settled: number
}

/** How far a front end had followed the feed. */
export interface FeedPlace {
  logId: string | null
  offset: number
}

interface Session extends CacheHolder {
  line: LineSession
  connected: boolean
  /** Reads of toys whose newest state must not be shown yet: another front end may still show an older one. */
  waiting: { version: number; resolve: () => void }[]
  /** What it was told last. */
  settled: number
}

/**
 * The catalog's side of the cache protocol (docs/adr/0041): pushes every change of a toy to every front end, in
 * order with all other answers; grants leases that prove the catalog is up to date; and tells which offsets are
 * settled.
 */
export class CacheFeed {
  readonly lines: LineServer
  readonly #shop: SqliteShop
  readonly #leaseMs: number
  #replica: Replica | undefined
  readonly #sessions = new Map<LineSession, Session>()
  /** Whoever may hold a lease, connected or not. */
  readonly #holders = new Set<CacheHolder>()
  #changed = new Map<string, number>()
  #pushPlanned = false
  #timer: NodeJS.Timeout | undefined

  constructor(shop: SqliteShop, leaseMs: number) {
    this.#leaseMs = leaseMs
    this.#shop = shop
    // An earlier catalog may have granted leases to front ends that this one knows nothing of.
    this.#holders.add({ appliedOffset: -1, leaseUntilMs: performance.now() + leaseMs })
    this.lines = serveLines({
      opened: () => undefined,
      closed: (line) => this.#onClosed(line),
      beat: () => ({ beat: true }),
      message: (line, message) => this.#onMessage(line, message),
    })
  }

  /** From now on leases can be granted. */
  serve(replica: Replica): void {
    this.#replica = replica
  }

  /** To be called for every applied entry; those of one turn are pushed together. */
  onApplied({ changes }: AppliedEntry): void {
    const products = changes.flatMap((change) => change.products ?? [])
    // A refused order changes nothing, but who was refused has to learn when that is settled.
    if (products.length === 0 && changes.every((change) => change.outcome === undefined)) return
    for (const { name, version } of products) this.#changed.set(name, version)
    if (this.#pushPlanned) return
    this.#pushPlanned = true
    queueMicrotask(() => this.#push())
  }

  close(): void {
    clearTimeout(this.#timer)
    this.lines.close()
  }

  /** Tells every front end what changed; each answers when it is out of its cache. */
  #push(): void {
    if (!this.#pushPlanned) return
    this.#pushPlanned = false
    const changed = Object.fromEntries(this.#changed)
    this.#changed = new Map()
    const { offset } = this.#shop.applied
    for (const session of this.#sessions.values()) {
      session.settled = this.#settledFor(session)
      session.line.send({ changed, offset, settled: session.settled } satisfies FeedPush)
    }
    this.#settle()
  }

  /** Tells what has become settled, by an answer of a front end or the end of a lease. */
  #settle(): void {
    const nowMs = performance.now()
    for (const session of this.#sessions.values()) {
      const settled = this.#settledFor(session)
      if (settled > session.settled) session.line.send({ settled })
      session.settled = Math.max(settled, session.settled)
      const waiting = session.waiting
      session.waiting = waiting.filter(({ version }) => version > settled)
      for (const { version, resolve } of waiting) if (version <= settled) resolve()
    }
    clearTimeout(this.#timer)
    const next = nextLeaseEndMs(this.#shop.applied.offset, this.#holders, nowMs)
    if (next !== undefined) this.#timer = setTimeout(() => this.#settle(), next - nowMs + 1)
    for (const holder of this.#holders)
      if (holder.leaseUntilMs <= nowMs && !(holder as Session).connected) this.#holders.delete(holder)
  }

  #settledFor(session: Session): number {
    return settledOffset(this.#shop.applied.offset, this.#holders, session, performance.now())
  }

  #onMessage(line: LineSession, message: Record<string, unknown>): Promise<object> | object | undefined {
    if ('hello' in message) return this.#onHello(line, message['hello'] as FeedPlace | null)
    const session = this.#sessions.get(line)
    if (!session) throw new Error('say hello first')
    if ('applied' in message) {
      session.appliedOffset = message['applied'] as number
      this.#settle()
      return undefined
    }
    if ('lease' in message) return this.#grant(session)
    if ('toy' in message) return this.#readToy(session, message['toy'] as string)
    throw new Error('unknown call')
  }

  /** A front end comes, or comes back: it is told what changed since it was here last. */
  #onHello(line: LineSession, last: FeedPlace | null): object {
    const { logId } = this.#shop
    const { offset } = this.#shop.applied
    const session: Session = {
      line,
      connected: true,
      appliedOffset: -1,
      leaseUntilMs: 0,
      waiting: [],
      settled: -1,
    }
    this.#sessions.set(line, session)
    this.#holders.add(session)
    const resumes = last !== null && last.logId === logId && last.offset <= offset
    const products = this.#shop.products()
    const changed = resumes ? products.filter(({ version }) => version > last.offset) : products
    return { logId, offset, changed: Object.fromEntries(changed.map(({ name, version }) => [name, version])) }
  }

  /**
   * The barrier is asked for after the front end has asked: all that was committed before its asking has been
   * pushed to it, on this very connection, before this answer.
   */
  async #grant(session: Session): Promise<object> {
    if (!this.#replica) throw new Error('the catalog is starting')
    await this.#replica.barrier()
    this.#push()
    session.leaseUntilMs = performance.now() + this.#leaseMs
    return { leaseMs: this.#leaseMs }
  }

  /** The newest state, once no other front end can show an older one any more. */
  async #readToy(session: Session, name: string): Promise<object> {
    while (session.connected) {
      const found = this.#shop.product(name)
      if (!found) return { toy: null }
      const { price, quantity, version } = found
      if (version <= this.#settledFor(session))
        return { toy: { name, price, quantity, version } satisfies ToyState }
      await new Promise<void>((resolve) => {
        session.waiting.push({ version, resolve })
        this.#settle()
      })
    }
    return { toy: null }
  }

  #onClosed(line: LineSession): void {
    const session = this.#sessions.get(line)
    if (!session) return
    session.connected = false
    this.#sessions.delete(line)
    for (const { resolve } of session.waiting) resolve()
    this.#settle()
  }
}
