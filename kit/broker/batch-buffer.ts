import type { Delivery } from './delivery.ts'
import type { IdentifiedEvent } from './event-group.ts'

/**
 * Deliveries on their way into a batch: ready by size, by age, when the prefetch is used up (nothing more
 * can come before an acknowledgement), or at once when flushing.
 * Deliveries stay in order and whole, because acknowledgements are "this one and all before it".
 */
export class BatchBuffer<E extends IdentifiedEvent> {
  readonly #batchEvents: number
  readonly #batchAgeMs: number
  #deliveries: Delivery<E>[] = []
  #events = 0
  #mostDeliveries = Number.POSITIVE_INFINITY
  #flushing = false
  #wake: (() => void) | undefined
  #timer: NodeJS.Timeout | undefined

  constructor(batchEvents: number, batchAgeMs: number) {
    this.#batchEvents = batchEvents
    this.#batchAgeMs = batchAgeMs
  }

  /** No more deliveries than this can be on their way; a full buffer is a batch. */
  limitDeliveries(prefetch: number): void {
    this.#mostDeliveries = prefetch
  }

  push(delivery: Delivery<E>): void {
    this.#deliveries.push(delivery)
    this.#events += delivery.events.length + delivery.faulty.length
    if (this.#deliveries.length === 1 || this.#isReady()) this.#signal()
  }

  get length(): number {
    return this.#deliveries.length
  }

  oldestReceivedAt(): number | undefined {
    return this.#deliveries[0]?.receivedAt
  }

  /** From now on a batch is ready as soon as it holds anything, and {@link take} returns [] when empty. */
  flush(): void {
    this.#flushing = true
    this.#signal()
  }

  /** All deliveries at once, in order. */
  takeAll(): Delivery<E>[] {
    this.#events = 0
    return this.#deliveries.splice(0)
  }

  /** Drops all: their channel is gone and RabbitMQ will deliver them again. */
  clear(): void {
    this.#deliveries = []
    this.#events = 0
  }

  /** Waits for the next batch. Empty only after {@link flush}. */
  async take(): Promise<Delivery<E>[]> {
    while (!this.#isReady()) {
      const woken = Promise.withResolvers<void>()
      this.#wake = woken.resolve
      const first = this.#deliveries[0]
      if (first) {
        const waitMs = first.receivedAt + this.#batchAgeMs - performance.now()
        this.#timer = setTimeout(woken.resolve, Math.max(0, waitMs))
      }
      await woken.promise
      clearTimeout(this.#timer)
    }
    return this.#takeWhole()
  }

  #isReady(): boolean {
    if (this.#flushing || this.#events >= this.#batchEvents) return true
    if (this.#deliveries.length >= this.#mostDeliveries) return true
    const first = this.#deliveries[0]
    return first !== undefined && performance.now() - first.receivedAt >= this.#batchAgeMs
  }

  /** As many whole deliveries as fit into a batch, one at least. */
  #takeWhole(): Delivery<E>[] {
    let count = 0
    let events = 0
    for (const delivery of this.#deliveries) {
      const size = delivery.events.length + delivery.faulty.length
      if (count > 0 && events + size > this.#batchEvents) break
      count++
      events += size
    }
    this.#events -= events
    return this.#deliveries.splice(0, count)
  }

  #signal(): void {
    this.#wake?.()
  }
}
