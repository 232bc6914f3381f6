import type { ParameterValue } from '../experiment/experiment.ts'
import type { Interval } from '../statistics/bootstrap.ts'
import type { MetricName } from './metrics.ts'

/**
 * What can be said of one figure: `better` and `worse` speak of B against A, `no-difference` means that none was
 * shown (the interval tells how large one might still be), `undecidable` that so few runs could not show any.
 */
export type Finding = 'better' | 'worse' | 'no-difference' | 'undecidable'

/** Median of the runs of one side, with its 95 % interval where there are enough runs. */
export interface SideFigure {
  median: number
  interval: Interval | null
  /** Every run's value, in the order in which the runs were made. */
  runs: number[]
}

export interface MetricComparison {
  metric: MetricName
  a: SideFigure
  b: SideFigure
  /** Median of B / median of A. */
  ratio: number
  ratioInterval: Interval | null
  /** Two-sided p of the permutation test, alone. */
  p: number
  /** After Holm's correction over all comparisons of the page. */
  adjustedP: number
  finding: Finding
}

/** The same combination of threads and parameters on both sides. */
export interface CellComparison {
  threads: number
  parameters: Record<string, ParameterValue>
  metrics: MetricComparison[]
  /** Cliff's delta of all latencies of B against A, −1 to 1: an effect size, no test. Null without latencies. */
  cliffsDelta: number | null
}

export interface ComparedSide {
  label: string
  experiment: string
  startedAt: string
  gitCommit: string | null
  runs: number
}

export interface Comparison {
  schemaVersion: 1
  a: ComparedSide
  b: ComparedSide
  workload: string
  /** Chance of any false alarm on the page that was accepted, 0–1. */
  level: number
  /** What a reader must know before believing it. */
  cautions: string[]
  cells: CellComparison[]
  /** Runs a side that would be needed to show any difference in so many comparisons. */
  runsNeeded: number
  finding: Finding | 'mixed'
}
