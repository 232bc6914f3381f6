import { setTimeout as delay } from 'node:timers/promises'
import type { Fault } from '../experiment/experiment.ts'
import type { Check } from '../result/run-schema.ts'

/** Whoever started the system under test, and so may harm it. */
export interface FaultInjector {
  /** @throws Error for what is not there to be killed */
  check(faults: readonly Fault[]): void
  /** Kills, and resolves when it is on its way back. Tells of it as an incident. */
  inject(fault: Fault): Promise<void>
}

/** The faults of one run. */
export interface FaultPlan {
  /** The measured part is a second old: from now on the clock runs. Further calls do nothing. */
  begun(): void
  /** The load is over: gives up what has not come yet, and waits for what is under way. */
  ended(): Promise<void>
  /** Whether all came while the load was under way; nothing for an experiment without faults. */
  checks(): Check[]
}

/** When the first second of the measured part is reported, it is over (ms). */
const reportedAfterMs = 1_000

/** Injects the faults of an experiment into one run. Without an injector there must be none. */
export function planFaults(faults: readonly Fault[], injector: FaultInjector | undefined): FaultPlan {
  const over = new AbortController()
  const came: Fault[] = []
  let all: Promise<void> | undefined
  let failure: string | undefined

  async function injectOne(fault: Fault): Promise<void> {
    try {
      await delay(fault.atMs - reportedAfterMs, undefined, { signal: over.signal })
    } catch {
      return
    }
    try {
      await injector?.inject(fault)
      came.push(fault)
    } catch (error) {
      failure = (error as Error).message
    }
  }

  return {
    begun() {
      all ??= Promise.all(faults.map(injectOne)).then(() => undefined)
    },
    async ended() {
      over.abort()
      await all
    },
    checks() {
      if (faults.length === 0) return []
      return [
        {
          id: 'FAULTS',
          name: 'every fault came while the load was under way',
          passed: came.length === faults.length,
          expected: faults.length,
          actual: came.length,
          detail: failure ?? '',
        },
      ]
    },
  }
}
