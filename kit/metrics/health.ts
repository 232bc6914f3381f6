type Check = () => true | string

/**
 * Whether a process can do its job now (readiness), which is not whether it is alive: a dead dependency makes
 * it not ready, but restarting it would not help.
 */
export class Health {
  readonly #checks = new Map<string, Check>()
  #state: 'starting' | 'running' | 'stopping' = 'starting'

  /** Adds a condition of readiness; it returns true, or the reason why not. */
  addCheck(name: string, check: Check): void {
    this.#checks.set(name, check)
  }

  started(): void {
    this.#state = 'running'
  }

  stop(): void {
    this.#state = 'stopping'
  }

  get stopping(): boolean {
    return this.#state === 'stopping'
  }

  /** What is missing, by name; empty means ready. */
  missing(): Record<string, string> {
    const missing: Record<string, string> = {}
    if (this.#state !== 'running') missing['process'] = this.#state
    for (const [name, check] of this.#checks) {
      const result = check()
      if (result !== true) missing[name] = result
    }
    return missing
  }
}

/**
 * A condition that only matters until it has held once. A server that is down at the start keeps a process out
 * of the service; one that goes away later must not, if the process can do part of its work without.
 */
export function onceTrue(check: Check): Check {
  let held = false
  return () => {
    if (held) return true
    const result = check()
    held = result === true
    return result
  }
}
