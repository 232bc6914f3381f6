import { mean } from './sample.ts'

/** Where a series has left its warm-up behind. */
export interface SteadyState {
  /** The first value that belongs to it. */
  from: number
  /** False when what is left after the best cut still drifts. */
  isSteady: boolean
  /** Mean of the values from `from` on. */
  mean: number
  /** Change over the whole steady part by a least-squares line, as a share of the mean; 0.02 is 2 % more at its end. */
  drift: number
}

/** With fewer values nothing can be said. */
export const fewestForSteadyState = 10
/** White's batch size; shorter series are cut finer so that ten batches are left. */
const batchSize = 5
const fewestBatches = 10
/** A drift is one when it is larger than this share of the mean, and larger than its own uncertainty. */
const mostDrift = 0.05

/**
 * Cuts the warm-up off a series by MSER-5 (White, 1997; Spratt, 1998): of all cuts between batches of five values,
 * in the first half, the one that leaves the smallest variance of the mean, Σ(x − x̄)² / n².
 *
 * @returns null when the series has fewer than {@link fewestForSteadyState} values
 */
export function findSteadyState(values: readonly number[]): SteadyState | null {
  if (values.length < fewestForSteadyState) return null
  const size = Math.max(1, Math.min(batchSize, Math.floor(values.length / fewestBatches)))
  const batches = Array.from({ length: Math.floor(values.length / size) }, (_, index) =>
    mean(values.slice(index * size, (index + 1) * size)),
  )
  let best = 0
  let least = Infinity
  // Only the first half: of the last few batches, some that are alike by chance would always win.
  for (let cut = 0; cut <= batches.length / 2; cut++) {
    const rest = batches.slice(cut)
    const centre = mean(rest)
    const variance = rest.reduce((sum, value) => sum + (value - centre) ** 2, 0) / rest.length ** 2
    if (variance < least) {
      least = variance
      best = cut
    }
  }
  const from = best * size
  const rest = values.slice(from)
  const { drift, uncertainty } = driftOf(rest)
  const isDrifting = Math.abs(drift) > mostDrift && Math.abs(drift) > uncertainty
  return { from, isSteady: !isDrifting, mean: mean(rest), drift }
}

/** Slope × length / mean, and twice the standard error of that. */
function driftOf(values: readonly number[]): { drift: number; uncertainty: number } {
  const centre = mean(values)
  const middle = (values.length - 1) / 2
  if (centre === 0 || values.length < 3) return { drift: 0, uncertainty: 0 }
  let covariance = 0
  let spread = 0
  values.forEach((value, index) => {
    covariance += (index - middle) * (value - centre)
    spread += (index - middle) ** 2
  })
  const slope = covariance / spread
  const errors = values.map((value, index) => value - centre - slope * (index - middle))
  const variance = errors.reduce((sum, error) => sum + error ** 2, 0) / (values.length - 2)
  const scale = (values.length - 1) / Math.abs(centre)
  return { drift: slope * scale, uncertainty: 2 * Math.sqrt(variance / spread) * scale }
}
