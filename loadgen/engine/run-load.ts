import type { LoadOutcome, SecondSample } from './load-outcome.ts'
import { LoadRun, type LoadRunEnd } from './load-run.ts'
import {
  groupOutcomes,
  littlesLawOf,
  mergeGroupSums,
  mergeHistograms,
  operationCounts,
  operationOutcomes,
  plateauOf,
} from './load-summary.ts'
import { checkPlan } from './plan-check.ts'
import { observeProcess, type ProcessVitals } from './process-vitals.ts'
import type { LoadPlan } from './types.ts'

export { TargetUnreachableError } from './load-run.ts'

export interface LoadHooks {
  /** Called for each measured second when it is over, in order. */
  onSecond?(sample: SecondSample): void
}

/**
 * Carries out a load plan in worker threads and resolves when all groups are done, or soon after `signal` is
 * aborted (then `aborted` is true and requests in flight are ambiguous in the ledger).
 *
 * Rejects with RangeError when the plan contradicts itself, `TargetUnreachableError` when none of the first
 * connections could be opened within `connectTimeoutMs`, the reason of `signal` when it was aborted before
 * anything was sent, and otherwise when a worker crashed or the CSV file could not be written.
 *
 * @example
 * const outcome = await runLoad(plan, { onSecond: (s) => console.log(s.completed) }, AbortSignal.timeout(60_000))
 */
export async function runLoad(
  plan: LoadPlan,
  hooks: LoadHooks = {},
  signal?: AbortSignal,
): Promise<LoadOutcome> {
  checkPlan(plan)
  signal?.throwIfAborted()
  const vitals = observeProcess()
  const end = await new LoadRun(plan, hooks.onSecond ?? (() => {}), signal).outcome
  return summarize(plan, end, vitals())
}

function summarize(plan: LoadPlan, end: LoadRunEnd, vitals: ProcessVitals): LoadOutcome {
  const { results, operations, merger, ledger, originMs, aborted, residentBytesMax } = end
  const { groups } = plan
  const { seconds, totals } = merger
  const sums = groups.map((_, index) =>
    mergeGroupSums(results.flatMap((result) => result.groups[index] ?? [])),
  )
  const lastMs = (all: boolean) =>
    Math.max(
      originMs,
      ...sums.flatMap((part, index) => (all || groups[index]?.measured ? part.lastDoneMs : [])),
    )
  const firstMs = Math.min(originMs, ...sums.map((part) => part.firstStartMs))
  const wallSeconds = (lastMs(false) - originMs) / 1_000
  const outcomes = operationOutcomes(operations, results, totals)
  const requests = Object.values(outcomes)
  const perSecond = (count: number) => (wallSeconds > 0 ? count / wallSeconds : 0)
  const sum = (numbers: number[]) => numbers.reduce((total, number) => total + number, 0)
  return {
    startedAt: new Date(performance.timeOrigin + originMs).toISOString(),
    finishedAt: new Date(performance.timeOrigin + lastMs(true)).toISOString(),
    aborted,
    wallSeconds,
    totalWallSeconds: (lastMs(true) - firstMs) / 1_000,
    throughput: {
      all: perSecond(sum(requests.map(({ count }) => count))),
      ok: perSecond(sum(requests.map(({ ok }) => ok))),
    },
    plateau: plateauOf(groups, sums, seconds, originMs),
    operations: outcomes,
    unmeasured: operationCounts(operations, results, 'unmeasured'),
    seconds,
    groups: groupOutcomes(groups, sums, originMs),
    ledger,
    validity: {
      eventLoopUtilizationMax: Math.max(0, ...seconds.map((second) => second.eventLoopUtilization)),
      scheduleLag: mergeHistograms(results.map((result) => result.scheduleLag)),
      gc: {
        count: sum(results.map(({ gc }) => gc.count)),
        totalMs: sum(results.map(({ gc }) => gc.totalMs)),
        longestMs: Math.max(...results.map(({ gc }) => gc.longestMs)),
      },
      connections: sum(results.map((result) => result.connections)),
      reconnects: sum(results.map((result) => result.reconnects)),
      connectTime: mergeHistograms(results.map((result) => result.connectTime)),
      ...vitals,
      residentBytesMax,
      littlesLaw: littlesLawOf(groups, sums),
      waitsForItem: sum(sums.map((part) => part.waitsForItem)),
    },
  }
}
