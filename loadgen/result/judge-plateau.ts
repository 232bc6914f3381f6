/** Queue depth at an instant, seconds since the measured part began. */
export interface DepthSample {
  atSeconds: number
  depth: number
}

export interface Plateau {
  /** Least-squares slope of depth over the middle 80 % of the production phase, messages/s. */
  slope: number
  /** |slope| is at most 1 % of the production rate: the curve is /¯¯¯\ and not a growing heap. */
  plateau: boolean
}

/**
 * Queue health by rule C8: does depth hold level while messages are produced?
 *
 * A falling depth counts like a rising one: then the queue filled before the window and was no plateau.
 *
 * @param production from the first to the last message, seconds on the clock of the samples, and messages/s
 * @returns null when the window holds fewer than three samples (a line through two says nothing)
 */
export function judgePlateau(
  samples: readonly DepthSample[],
  production: { fromSeconds: number; toSeconds: number; ratePerSecond: number },
): Plateau | null {
  const margin = 0.1 * (production.toSeconds - production.fromSeconds)
  const window = samples.filter(
    ({ atSeconds }) =>
      atSeconds >= production.fromSeconds + margin && atSeconds <= production.toSeconds - margin,
  )
  if (window.length < 3) return null
  const slope = leastSquaresSlope(window)
  return slope === null ? null : { slope, plateau: Math.abs(slope) <= 0.01 * production.ratePerSecond }
}

/** Σ(t − t̄)(d − d̄) / Σ(t − t̄)²; null when all samples are of one instant. */
function leastSquaresSlope(samples: readonly DepthSample[]): number | null {
  const meanTime = samples.reduce((sum, { atSeconds }) => sum + atSeconds, 0) / samples.length
  const meanDepth = samples.reduce((sum, { depth }) => sum + depth, 0) / samples.length
  let covariance = 0
  let variance = 0
  for (const { atSeconds, depth } of samples) {
    covariance += (atSeconds - meanTime) * (depth - meanDepth)
    variance += (atSeconds - meanTime) ** 2
  }
  return variance === 0 ? null : covariance / variance
}
