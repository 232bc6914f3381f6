import type { ToyState } from '../catalog/cache-feed.ts'

/**
 * The toys read last, at most one entry each and at most `capacity` of them (TOY-R2). A state from before an
 * invalidation of the same toy is never stored after it (TOY-R1).
 */
export class ToyCache {
  readonly #capacity: number
  /** In the order of use, the longest unused first. */
  readonly #toys = new Map<string, ToyState>()
  /** By toy, the offset of its last invalidation; bounded, since only names of the catalog come here. */
  readonly #invalidated = new Map<string, number>()

  /** @param capacity 0 switches the cache off */
  constructor(capacity: number) {
    this.#capacity = capacity
  }

  get size(): number {
    return this.#toys.size
  }

  get(name: string): ToyState | undefined {
    const toy = this.#toys.get(name)
    if (!toy) return undefined
    this.#toys.delete(name)
    this.#toys.set(name, toy)
    return toy
  }

  /** @returns whether it was stored */
  fill(toy: ToyState): boolean {
    if (this.#capacity === 0) return false
    if (toy.version < (this.#invalidated.get(toy.name) ?? -1)) return false
    if (toy.version < (this.#toys.get(toy.name)?.version ?? -1)) return false
    this.#toys.delete(toy.name)
    this.#toys.set(toy.name, toy)
    if (this.#toys.size > this.#capacity) this.#toys.delete(this.#toys.keys().next().value as string)
    return true
  }

  /** @param version offset of the toy's last change */
  invalidate(name: string, version: number): void {
    const known = this.#toys.get(name)
    if (known && known.version < version) this.#toys.delete(name)
    if (version > (this.#invalidated.get(name) ?? -1)) this.#invalidated.set(name, version)
  }

  /** Forgets all, versions too: of another shop, or a catalog whose past is unknown. */
  clear(): void {
    this.#toys.clear()
    this.#invalidated.clear()
  }
}
