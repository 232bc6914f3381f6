import { type Applied, nothingApplied, type ShopStore } from '../replica/shop-store.ts'
import { MemoryShop } from '../shop/memory-shop.ts'
import type { Change, KeyRecord, Product } from '../shop/state-machine.ts'

/** Ways to get the disk wrong, for mutants. */
export interface StoreFaults {
  /** The place in the log is durable at once, the state only with the commit. */
  placeBeforeState?: boolean
  /** The state is durable at once, the place only with the commit. */
  stateBeforePlace?: boolean
  /** Snapshots leave the idempotency keys out. */
  snapshotWithoutKeys?: boolean
}

interface Image {
  shop: MemoryShop
  applied: Applied
}

/** A state with a disk: what was not committed is gone after `crash`. */
export class SimulatedStore implements ShopStore {
  #current: Image = { shop: new MemoryShop(), applied: nothingApplied }
  #disk: Image = { shop: new MemoryShop(), applied: nothingApplied }
  readonly #faults: StoreFaults

  constructor(faults: StoreFaults) {
    this.#faults = faults
  }

  get logId(): string | null {
    return this.#current.shop.logId
  }

  get orderCount(): number {
    return this.#current.shop.orderCount
  }

  get applied(): Applied {
    return this.#current.applied
  }

  get shop(): MemoryShop {
    return this.#current.shop
  }

  get disk(): MemoryShop {
    return this.#disk.shop
  }

  product(name: string): Product | undefined {
    return this.#current.shop.product(name)
  }

  key(key: string): KeyRecord | undefined {
    return this.#current.shop.key(key)
  }

  write(change: Change): void {
    this.#current.shop.write(change)
    if (this.#faults.stateBeforePlace) this.#disk = { ...this.#disk, shop: this.#current.shop.copy() }
  }

  advance(applied: Applied): void {
    this.#current.applied = applied
    if (this.#faults.placeBeforeState) this.#disk = { ...this.#disk, applied }
  }

  commit(): void {
    if (this.#disk.applied === this.#current.applied && !this.#faults.placeBeforeState) return
    this.#disk = { shop: this.#current.shop.copy(), applied: this.#current.applied }
  }

  crash(): void {
    this.#current = { shop: this.#disk.shop.copy(), applied: this.#disk.applied }
  }

  /** An empty disk, or the copy of another replica's. */
  replace(source: SimulatedStore | undefined): void {
    const shop = source ? source.#disk.shop.copy(!this.#faults.snapshotWithoutKeys) : new MemoryShop()
    this.#disk = { shop, applied: source ? source.#disk.applied : nothingApplied }
    this.crash()
  }
}
