import type { Result } from '../result/result-schema.ts'
import type { Run } from '../result/run-schema.ts'
import type { Interval } from '../statistics/bootstrap.ts'
import { proportionInterval } from '../statistics/proportion.ts'
import { compareRuns } from './compare-runs.ts'
import { chooseRuns } from './compared-runs.ts'
import { type MetricName, metricNames } from './metrics.ts'

/** How often the comparison finds a difference where there is none. */
export interface FalseAlarms {
  /** Pairs of the same number of runs of the same thing. */
  pairs: number
  runsPerSide: number
  /** Pairs in which any figure differed, when the runs of both sides were taken in turn (A B B A A B …). */
  interleaved: { alarms: number; rate: number; interval: Interval }
  /** The same runs, when all of A came before all of B: what a comparison of two results made one after the other risks. */
  consecutive: { alarms: number; rate: number; interval: Interval }
}

/**
 * The A/A test: cuts the runs of each result and combination, in the order in which they were made, into stretches of
 * 2 × `runsPerSide`, treats one half of each as A and the other as B, and compares them as any other two.
 *
 * Stretches never overlap, so the pairs are independent; and the halves are not drawn by chance, which would make the
 * permutation test right by construction: it is the order in time that is on trial.
 *
 * @throws RangeError when there are too few runs for a single pair
 */
export function countFalseAlarms(
  results: readonly { result: Result; label: string }[],
  { runsPerSide = 5, metrics = metricNames }: { runsPerSide?: number; metrics?: readonly MetricName[] } = {},
): FalseAlarms {
  const stretches = results.flatMap(({ result, label }) => {
    const { runs } = chooseRuns({ result, label, where: {} })
    return [
      ...Map.groupBy(runs, (run) => JSON.stringify([run.threads, run.parameters ?? {}])).values(),
    ].flatMap((cell) => cut(cell, 2 * runsPerSide))
  })
  if (stretches.length === 0)
    throw new RangeError(
      `an A/A test needs at least ${2 * runsPerSide} runs of the same threads and parameters`,
    )
  const alarmsOf = (isA: (place: number) => boolean) => {
    const alarms = stretches.filter((stretch) =>
      hasAlarm(
        stretch.filter((_, place) => isA(place)),
        stretch.filter((_, place) => !isA(place)),
        metrics,
      ),
    ).length
    return { alarms, rate: alarms / stretches.length, interval: proportionInterval(alarms, stretches.length) }
  }
  return {
    pairs: stretches.length,
    runsPerSide,
    // A B B A A B B A …: both sides have the same middle in time, so that a steady drift is on both alike.
    interleaved: alarmsOf((place) => place % 4 === 0 || place % 4 === 3),
    consecutive: alarmsOf((place) => place < runsPerSide),
  }
}

function hasAlarm(a: readonly Run[], b: readonly Run[], metrics: readonly MetricName[]): boolean {
  return compareRuns([{ a, b }], metrics, { intervals: 'needed' })
    .flat()
    .some(({ finding }) => finding === 'better' || finding === 'worse')
}

function cut<T>(values: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.floor(values.length / size) }, (_, index) =>
    values.slice(index * size, (index + 1) * size),
  )
}
