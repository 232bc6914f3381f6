/** One probe: a rate that was offered, and whether the service held it. */
export interface RateProbe {
  ratePerSecond: number
  held: boolean
  /** A probe of the final rate, made after it had been found. */
  isConfirmation: boolean
}

export interface RateSearchOptions {
  /** Where to begin; best a little below what a closed loop reached. */
  startPerSecond: number
  /** Rates closer together than this factor are not told apart, above 1. */
  resolution?: number
  mostProbes?: number
  confirmations?: number
}

export type RateSearchStep =
  | { kind: 'probe'; ratePerSecond: number; isConfirmation: boolean }
  /** `confirmed`: held in all confirmations. `unconfirmed`: the probes ran out before. `none`: no rate was held. */
  | { kind: 'end'; outcome: 'confirmed' | 'unconfirmed' | 'none'; ratePerSecond: number | null }

/** Growth while no rate has failed, and its inverse while none was held. */
const growth = 1.6

/**
 * The next step in the search of the highest rate that a service holds: exponential until one rate was held and a
 * higher one was not, bisection (geometric) until they are within the resolution, then three confirmations of the
 * lower. A confirmation that fails counts as a failure of that rate, and the search goes on below it.
 *
 * Pure: everything follows from the probes made so far, so a search can be taken up again where it stopped.
 */
export function nextRateStep(probes: readonly RateProbe[], options: RateSearchOptions): RateSearchStep {
  const { startPerSecond, resolution = 1.04, mostProbes = 12, confirmations = 3 } = options
  const failed = Math.min(...probes.filter(({ held }) => !held).map(({ ratePerSecond }) => ratePerSecond))
  // What failed once is not held, whatever other probes of it or of higher rates said.
  const held = Math.max(
    ...probes
      .filter((probe) => probe.held && probe.ratePerSecond < failed)
      .map((probe) => probe.ratePerSecond),
  )
  const confirmed = probes.filter(
    (probe) => probe.isConfirmation && probe.held && probe.ratePerSecond === held,
  )
  const end = (outcome: 'confirmed' | 'unconfirmed' | 'none'): RateSearchStep => ({
    kind: 'end',
    outcome,
    ratePerSecond: Number.isFinite(held) ? held : null,
  })
  if (confirmed.length >= confirmations) return end('confirmed')
  if (probes.length >= mostProbes) return end(Number.isFinite(held) ? 'unconfirmed' : 'none')
  const probe = (ratePerSecond: number, isConfirmation: boolean): RateSearchStep => ({
    kind: 'probe',
    ratePerSecond,
    isConfirmation,
  })
  if (probes.length === 0) return probe(startPerSecond, false)
  if (!Number.isFinite(failed)) return probe(held * growth, false)
  if (!Number.isFinite(held)) return probe(failed / growth, false)
  const left = mostProbes - probes.length
  if (failed / held > resolution && left > confirmations) {
    // After a failed confirmation the neighbours are close: one step down is enough.
    return probe(Math.sqrt(failed * held), false)
  }
  return probe(held, true)
}
