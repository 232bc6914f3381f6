import type { Objectives } from '../experiment/experiment.ts'
import { judgeObjectives } from '../result/judge-objectives.ts'
import { judgePlateau } from '../result/judge-plateau.ts'
import type { Run } from '../result/run-schema.ts'

/** Fewest of the offered items that must have been done, as a share. */
const leastAchieved = 0.99

export interface ProbeVerdict {
  held: boolean
  /** Why not, a sentence each; empty when held. */
  reasons: string[]
  /** The generator could not offer this rate, so that nothing is known about the service at it. */
  isGeneratorLimit: boolean
}

/**
 * Whether a service held an offered rate: the objectives met, at least 99 % of what was offered done, requests in
 * flight not growing, nothing dropped, the data right. An invalid generator decides nothing.
 *
 * Latencies count from the intended start, so a rate above capacity shows in them however the queue is hidden.
 */
export function judgeProbe(run: Run, objectives: Objectives, ratePerSecond: number): ProbeVerdict {
  const reasons = judgeObjectives(objectives, run)
    .filter(({ met }) => !met)
    .map(
      ({ name, unit, limit, actual }) =>
        `${name} ${actual === null ? 'not measured' : `${Number(actual.toPrecision(3))} ${unit}`}, limit ${limit} ${unit}`,
    )
  const operations = Object.values(run.operations)
  const ok = operations.reduce((sum, operation) => sum + operation.ok, 0)
  const offered = operations.reduce((sum, { count }) => sum + count, 0) + run.client.dropped
  if (run.client.dropped > 0) reasons.push(`${run.client.dropped} requests dropped: too many were in flight`)
  if (ok < leastAchieved * offered) reasons.push(`${ok} of ${offered} requests done, fewer than 99 %`)
  const slope = judgePlateau(
    run.series.map(({ second, inFlight }) => ({ atSeconds: second + 1, depth: inFlight })),
    { fromSeconds: 0, toSeconds: run.wallSeconds, ratePerSecond },
  )
  if (slope !== null && slope.slope > (1 - leastAchieved) * ratePerSecond)
    reasons.push(`requests in flight grew by ${slope.slope.toFixed(1)} each second`)
  const wrong = run.verification.checks.find(({ passed }) => !passed)
  if (!run.verification.passed)
    reasons.push(`the data was wrong: ${wrong === undefined ? 'not checked' : wrong.name}`)
  return {
    held: reasons.length === 0 && run.validity.verdict !== 'invalid',
    reasons: [...reasons, ...(run.validity.verdict === 'invalid' ? run.validity.reasons : [])],
    isGeneratorLimit: run.validity.verdict === 'invalid' && reasons.length === 0,
  }
}
