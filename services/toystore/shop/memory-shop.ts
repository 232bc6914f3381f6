import type { Change, KeyRecord, Order, Product, ShopView } from './state-machine.ts'

/** The state in memory: for the simulator, for tests, and as the meaning of what the SQLite shop does. */
export class MemoryShop implements ShopView {
  logId: string | null = null
  readonly orders: Order[] = []
  readonly products = new Map<string, Product>()
  readonly #keys = new Map<string, KeyRecord>()

  get orderCount(): number {
    return this.orders.length
  }

  product(name: string): Product | undefined {
    return this.products.get(name)
  }

  key(key: string): KeyRecord | undefined {
    return this.#keys.get(key)
  }

  /** All that is remembered of keys. */
  keys(): KeyRecord[] {
    return [...this.#keys.values()]
  }

  write(change: Change): void {
    if (change.begun) this.logId = change.begun.logId
    for (const product of change.products ?? []) this.products.set(product.name, product)
    if (change.order) this.orders.push(change.order)
    if (change.key) this.#keys.set(change.key.key, change.key)
  }

  /** An independent copy, as a file on disk is one. */
  copy(withKeys = true): MemoryShop {
    const copy = new MemoryShop()
    copy.logId = this.logId
    copy.orders.push(...this.orders)
    for (const [name, product] of this.products) copy.products.set(name, product)
    if (withKeys) for (const [key, record] of this.#keys) copy.#keys.set(key, record)
    return copy
  }
}
