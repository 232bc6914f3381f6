import type { Run } from '../result/run-schema.ts'
import { bootstrapInterval, fewestForInterval, type Interval } from '../statistics/bootstrap.ts'
import { adjustByHolm } from '../statistics/holm.ts'
import { permutationTest, smallestP } from '../statistics/permutation-test.ts'
import { median } from '../statistics/sample.ts'
import type { Finding, MetricComparison } from './comparison.ts'
import { type MetricName, metricTraits, readMetric } from './metrics.ts'

/** The accepted chance of any false alarm among all comparisons of a page. */
export const alarmLevel = 0.05

/** Runs of the same load on both sides. */
export interface PairedRuns {
  a: readonly Run[]
  b: readonly Run[]
}

/**
 * Compares some cells in some figures; the correction for many comparisons is over all of them together.
 *
 * A difference is one when its corrected p is at most {@link alarmLevel} and the interval of the ratio, where there is
 * one, leaves out 1.
 *
 * @param options.intervals `needed`: only those that decide a finding, for whoever compares thousands of times
 * @returns for each cell its figures; those that a run does not tell are left out
 */
export function compareRuns(
  cells: readonly PairedRuns[],
  metrics: readonly MetricName[],
  { operation, intervals = 'all' }: { operation?: string | undefined; intervals?: 'all' | 'needed' } = {},
): MetricComparison[][] {
  const tested = cells.flatMap(({ a, b }, cell) =>
    metrics.flatMap((metric) => {
      const values = { a: readAll(a, metric, operation), b: readAll(b, metric, operation) }
      if (values.a === undefined || values.b === undefined) return []
      return [{ cell, metric, a: values.a, b: values.b, p: permutationTest(values.a, values.b) }]
    }),
  )
  const adjusted = adjustByHolm(tested.map(({ p }) => p))
  const compared: MetricComparison[][] = cells.map(() => [])
  tested.forEach(({ cell, metric, a, b, p }, index) => {
    const ratio = median(b) / median(a)
    const adjustedP = adjusted[index] as number
    const ratioInterval =
      intervals === 'all' || adjustedP <= alarmLevel
        ? intervalOf([a, b], ([ofA = [], ofB = []]) => median(ofB) / median(ofA))
        : null
    const ownInterval = (values: number[]) =>
      intervals === 'all' ? intervalOf([values], ([only = []]) => median(only)) : null
    const canBeShown = smallestP(a.length, b.length) * tested.length <= alarmLevel
    compared[cell]?.push({
      metric,
      a: { median: median(a), interval: ownInterval(a), runs: a },
      b: { median: median(b), interval: ownInterval(b), runs: b },
      ratio,
      ratioInterval,
      p,
      adjustedP,
      finding: conclude(metric, { ratio, ratioInterval, adjustedP, canBeShown }),
    })
  })
  return compared
}

/** Runs a side from which on any difference could be shown at all in so many comparisons. */
export function runsNeededFor(comparisons: number): number {
  let runs = 2
  while (smallestP(runs, runs) * comparisons > alarmLevel && runs < 100) runs++
  return runs
}

function conclude(
  metric: MetricName,
  {
    ratio,
    ratioInterval,
    adjustedP,
    canBeShown,
  }: Pick<MetricComparison, 'ratio' | 'ratioInterval' | 'adjustedP'> & { canBeShown: boolean },
): Finding {
  const leavesOutOne = ratioInterval === null || ratioInterval.low > 1 || ratioInterval.high < 1
  if (adjustedP <= alarmLevel && leavesOutOne && ratio !== 1)
    return ratio > 1 === metricTraits[metric].moreIsBetter ? 'better' : 'worse'
  return canBeShown ? 'no-difference' : 'undecidable'
}

function readAll(runs: readonly Run[], metric: MetricName, operation?: string): number[] | undefined {
  const values = runs.flatMap((run) => readMetric(run, metric, operation) ?? [])
  return values.length === runs.length && values.length > 0 ? values : undefined
}

function intervalOf(
  samples: readonly (readonly number[])[],
  statistic: (drawn: readonly (readonly number[])[]) => number,
): Interval | null {
  return samples.some(({ length }) => length < fewestForInterval)
    ? null
    : bootstrapInterval(samples, statistic)
}
