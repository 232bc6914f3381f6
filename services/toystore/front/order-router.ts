import { setTimeout as delay } from 'node:timers/promises'
import { DependencyUnavailable } from '@chairlift/kit/errors/dependency-unavailable.ts'
import type { Logger } from '@chairlift/kit/log/logger.ts'
import type { OrderCall } from '../orders/answer-lines.ts'
import type { Order, Outcome } from '../shop/state-machine.ts'
import { Peer } from '../wire/peer.ts'

export interface OrderRouterOptions {
  /** The highest id first. */
  replicas: readonly { id: number; url: string }[]
  attemptTimeoutMs: number
  log: Logger
}

interface Member {
  id: number
  peer: Peer
  ready: boolean
  /** Connected, and not in contradiction to the log: what it has of orders is true, if perhaps not all. */
  readable: boolean
}

const roundWaitMs = 25

/**
 * Sends orders and order reads to a replica, and to another one when it fails. Any replica may take any order;
 * the preferred one, the *leader* of the reference system, is the highest id that is ready.
 */
export class OrderRouter {
  readonly #members: Member[]
  readonly #attemptTimeoutMs: number
  /** Attempts that failed and were tried elsewhere. */
  retries = 0

  constructor({ replicas, attemptTimeoutMs, log }: OrderRouterOptions) {
    this.#attemptTimeoutMs = attemptTimeoutMs
    this.#members = replicas.map(({ id, url }) => {
      const member: Member = {
        id,
        ready: false,
        readable: false,
        peer: new Peer({
          name: `orders-${id}`,
          url,
          onPush: (message) => {
            member.ready = message['ready'] === true
            member.readable = message['readable'] === true
          },
          onLost: () => {
            member.ready = false
            member.readable = false
          },
          log,
        }),
      }
      return member
    })
  }

  /** Id of the preferred replica; null when none is ready. */
  get leader(): number | null {
    return this.#members.find(({ ready }) => ready)?.id ?? null
  }

  get members(): { id: number; ready: boolean }[] {
    return this.#members.map(({ id, ready }) => ({ id, ready }))
  }

  readiness(): true | string {
    return this.leader !== null || 'no order replica is ready'
  }

  /**
   * Places an order; safe to try on one replica after the other, because the key makes it one order.
   *
   * @throws DependencyUnavailable when no replica answers until the deadline
   */
  async order(
    order: NonNullable<OrderCall['order']>,
    deadlineMs: number,
  ): Promise<{ outcome: Outcome; offset: number }> {
    return (await this.#ask({ order }, deadlineMs)) as unknown as { outcome: Outcome; offset: number }
  }

  /** @throws DependencyUnavailable */
  async read(number: number, deadlineMs: number): Promise<Order | undefined> {
    const answer = await this.#ask({ read: number }, deadlineMs)
    return (answer['found'] as Order | null) ?? undefined
  }

  close(): void {
    for (const { peer } of this.#members) peer.close()
  }

  async #ask(call: OrderCall, deadlineMs: number): Promise<Record<string, unknown>> {
    let outcomeUnknown = false
    let last: Error | undefined
    while (true) {
      const tried = new Set<Member>()
      while (true) {
        const untried = this.#members.filter((one) => !tried.has(one))
        // An order never changes, so a replica that lags or has lost the log can still show those it has.
        const fallback = call.read === undefined ? undefined : untried.find(({ readable }) => readable)
        const member = untried.find(({ ready }) => ready) ?? fallback
        const leftMs = deadlineMs - performance.now()
        if (!member || leftMs <= 0) break
        tried.add(member)
        try {
          return await member.peer.request(call, Math.min(leftMs, this.#attemptTimeoutMs))
        } catch (error) {
          this.retries++
          last = error as Error
          outcomeUnknown ||= error instanceof DependencyUnavailable && error.outcomeUnknown
        }
      }
      if (performance.now() + roundWaitMs >= deadlineMs)
        throw new DependencyUnavailable('orders', last?.message ?? 'no order replica is ready', {
          outcomeUnknown: outcomeUnknown && call.order !== undefined,
        })
      await delay(roundWaitMs)
    }
  }
}
