import { Histogram } from '../histogram/histogram.ts'
import { mergeSparse, type SparseHistogram } from '../histogram/sparse-histogram.ts'
import type {
  GroupOutcome,
  LittlesLaw,
  OperationCounts,
  OperationOutcome,
  Plateau,
  SecondSample,
} from './load-outcome.ts'
import { addCounts, emptyCounts } from './operation-tally.ts'
import type { LatencyTotals } from './second-merger.ts'
import type { ThreadGroup } from './types.ts'
import type { GroupSums } from './worker-group.ts'
import type { WorkerResult } from './worker-messages.ts'

/** The sums of one group over all workers. */
export function mergeGroupSums(parts: readonly GroupSums[]): GroupSums {
  const total = (of: (sums: GroupSums) => number) => parts.reduce((sum, part) => sum + of(part), 0)
  return {
    firstStartMs: Math.min(...parts.map((part) => part.firstStartMs)),
    lastStartMs: Math.max(...parts.map((part) => part.lastStartMs)),
    firstDoneMs: Math.min(...parts.map((part) => part.firstDoneMs)),
    lastDoneMs: Math.max(...parts.map((part) => part.lastDoneMs)),
    threadMs: total((sums) => sums.threadMs),
    requestMs: total((sums) => sums.requestMs),
    pausedMs: total((sums) => sums.pausedMs),
    scheduled: total((sums) => sums.scheduled),
    dropped: total((sums) => sums.dropped),
    waitsForItem: total((sums) => sums.waitsForItem),
  }
}

/** Group results with times relative to `originMs`. */
export function groupOutcomes(
  groups: readonly ThreadGroup[],
  sums: readonly GroupSums[],
  originMs: number,
): GroupOutcome[] {
  return groups.map(({ name, threads, measured }, index) => {
    const { firstStartMs, lastDoneMs, scheduled, dropped } = sums[index] as GroupSums
    const seconds = (ms: number) => (Number.isFinite(ms) ? (ms - originMs) / 1_000 : null)
    return {
      name,
      threads,
      measured,
      startedSecond: seconds(firstStartMs),
      endedSecond: seconds(lastDoneMs),
      scheduled,
      dropped,
    }
  })
}

/** Counts and latencies of the measured groups by operation name. */
export function operationOutcomes(
  operations: readonly string[],
  results: readonly WorkerResult[],
  totals: ReadonlyMap<string, LatencyTotals>,
): Record<string, OperationOutcome> {
  const counts = operationCounts(operations, results, 'measured')
  return Object.fromEntries(
    Object.entries(counts).map(([name, sums]) => [name, { ...sums, ...(totals.get(name) as LatencyTotals) }]),
  )
}

/** Counts by operation name, without operations that no group of this kind used when they are unmeasured. */
export function operationCounts(
  operations: readonly string[],
  results: readonly WorkerResult[],
  kind: 'measured' | 'unmeasured',
): Record<string, OperationCounts> {
  const named: Record<string, OperationCounts> = {}
  for (const [number, name] of operations.entries()) {
    const counts = emptyCounts()
    for (const result of results) addCounts(counts, result[kind][number] ?? emptyCounts())
    if (kind === 'measured' || counts.count > 0) named[name] = counts
  }
  return named
}

/**
 * Throughput over the whole seconds in which every thread of the largest measured group was active; null when
 * there is no such second.
 */
export function plateauOf(
  groups: readonly ThreadGroup[],
  sums: readonly GroupSums[],
  seconds: readonly SecondSample[],
  originMs: number,
): Plateau | null {
  const measured = groups.filter((group) => group.measured)
  const most = Math.max(...measured.map((group) => group.threads))
  const index = groups.findIndex((group) => group.measured && group.threads === most)
  const largest = sums[index]
  if (largest === undefined) return null
  const fromSecond = Math.ceil((largest.lastStartMs - originMs) / 1_000)
  const toSecond = Math.floor((largest.firstDoneMs - originMs) / 1_000)
  const within = seconds.filter(({ second }) => second >= fromSecond && second < toSecond)
  if (within.length === 0) return null
  const completed = within.reduce((sum, { completed }) => sum + completed, 0)
  const throughput = completed / within.length
  return { group: groups[index]?.name ?? '', fromSecond, toSecond, throughput }
}

/** Little's law over the measured closed groups; see `LittlesLaw`. */
export function littlesLawOf(groups: readonly ThreadGroup[], sums: readonly GroupSums[]): LittlesLaw {
  const closed = sums.filter((_, index) => groups[index]?.measured && groups[index]?.open === undefined)
  const seconds = (of: (part: GroupSums) => number) => closed.reduce((sum, part) => sum + of(part), 0) / 1_000
  const threadSeconds = seconds((part) => part.threadMs)
  const requestSeconds = seconds((part) => part.requestMs)
  const pausedSeconds = seconds((part) => part.pausedMs)
  const busySeconds = threadSeconds - pausedSeconds
  return {
    threadSeconds,
    requestSeconds,
    pausedSeconds,
    gap: Math.abs(busySeconds - requestSeconds) / busySeconds,
  }
}

/** One histogram of the samples of all parts. */
export function mergeHistograms(parts: readonly SparseHistogram[]): Histogram {
  const merged = new Histogram()
  for (const part of parts) mergeSparse(merged, part)
  return merged
}
