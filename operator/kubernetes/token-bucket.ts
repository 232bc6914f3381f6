/** Lets a burst through and then one at a time. Times come in as an argument (ms, monotonic). */
export class TokenBucket {
  readonly #size: number
  readonly #refillMs: number
  #tokens: number
  #atMs: number | undefined

  /** @param refillMs time in which one token comes back */
  constructor(size: number, refillMs: number) {
    this.#size = size
    this.#refillMs = refillMs
    this.#tokens = size
  }

  /** Takes a token. @returns false when there is none */
  take(nowMs: number): boolean {
    this.#refill(nowMs)
    if (this.#tokens < 1) return false
    this.#tokens--
    return true
  }

  isFull(nowMs: number): boolean {
    this.#refill(nowMs)
    return this.#tokens >= this.#size
  }

  #refill(nowMs: number): void {
    const elapsedMs = nowMs - (this.#atMs ?? nowMs)
    this.#tokens = Math.min(this.#size, this.#tokens + elapsedMs / this.#refillMs)
    this.#atMs = nowMs
  }
}
