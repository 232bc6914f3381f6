import { centralInterval, type Interval } from './bootstrap.ts'
import { randomBelow, seededRandom } from './random.ts'
import { mean } from './sample.ts'
import {
  fitScalabilityLaw,
  predictThroughput,
  type ScalabilityLaw,
  type ScalabilityPoint,
} from './scalability-law.ts'

/** A sweep that begins later lies beyond the knee, and any λ fits it; fewer levels do not show the bend. */
export const fewestLevels = 6

export interface ScalabilityAnalysis {
  law: ScalabilityLaw
  lambda: Interval
  sigma: Interval
  kappa: Interval
  /** N* = √((1 − σ) / κ), where throughput is highest; null when κ cannot be told from 0 or there is no peak above 1. */
  peak: { threads: number; threadsInterval: Interval; throughput: number } | null
  /** λ/σ, which throughput approaches when κ is 0; null when σ cannot be told from 0, or κ can. */
  ceiling: number | null
  /** Standard deviation of the relative errors, 0–1: how well the law describes this service at all. */
  residual: number
  /** The law and its interval at each of the thread counts asked for. */
  curve: { threads: number; throughput: number; interval: Interval }[]
}

const level = 0.95

/**
 * Fits the Universal Scalability Law with 95 % intervals from a bootstrap of the relative residuals: every point is
 * put on the fitted curve with the error of a random other one, and the law fitted again. The residuals are widened
 * by √(n / (n − 3)), because a fit of three parameters lies closer to its points than the truth does.
 *
 * @param curveAt thread counts at which the curve is wanted
 * @returns or a sentence that says why no fit is given
 */
export function analyseScalability(
  points: readonly ScalabilityPoint[],
  curveAt: readonly number[],
  { seed = 1, resamples = 1_000 }: { seed?: number; resamples?: number } = {},
): ScalabilityAnalysis | string {
  const levels = new Set(points.map(({ threads }) => threads))
  if (!levels.has(1)) return 'The scalability law is fitted only to sweeps that begin at 1 thread.'
  if (levels.size < fewestLevels)
    return `The scalability law is fitted from ${fewestLevels} thread counts on; this sweep has ${levels.size}.`
  if (points.some(({ throughput }) => !(throughput > 0)))
    return 'The scalability law is not fitted, because a run completed nothing.'
  const law = fitScalabilityLaw(points)
  const errors = points.map(({ threads, throughput }) =>
    Math.log(throughput / predictThroughput(law, threads)),
  )
  const middle = mean(errors)
  const widening = Math.sqrt(points.length / (points.length - 3))
  const residuals = errors.map((error) => (error - middle) * widening)
  const random = seededRandom(seed)
  const fits = Array.from({ length: resamples }, () =>
    fitScalabilityLaw(
      points.map(({ threads }) => ({
        threads,
        throughput:
          predictThroughput(law, threads) *
          Math.exp(residuals[randomBelow(residuals.length, random)] as number),
      })),
    ),
  )
  const sigma = centralInterval(
    fits.map((fit) => fit.sigma),
    level,
  )
  const kappa = centralInterval(
    fits.map((fit) => fit.kappa),
    level,
  )
  return {
    law,
    lambda: centralInterval(
      fits.map((fit) => fit.lambda),
      level,
    ),
    sigma,
    kappa,
    peak: kappa.low > 0 && law.sigma < 1 ? describePeak(law, fits) : null,
    ceiling: kappa.low > 0 || sigma.low <= 0 ? null : law.lambda / law.sigma,
    residual: Math.sqrt(mean(residuals.map((residual) => residual ** 2))),
    curve: curveAt.map((threads) => ({
      threads,
      throughput: predictThroughput(law, threads),
      interval: centralInterval(
        fits.map((fit) => predictThroughput(fit, threads)),
        level,
      ),
    })),
  }
}

function describePeak(law: ScalabilityLaw, fits: readonly ScalabilityLaw[]): ScalabilityAnalysis['peak'] {
  const threads = peakOf(law)
  const peaks = fits.filter(({ kappa, sigma }) => kappa > 0 && sigma < 1).map(peakOf)
  return {
    threads,
    threadsInterval: centralInterval(peaks, level),
    throughput: predictThroughput(law, threads),
  }
}

function peakOf({ sigma, kappa }: ScalabilityLaw): number {
  return Math.max(1, Math.sqrt((1 - sigma) / kappa))
}
