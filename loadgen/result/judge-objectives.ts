import { latencyObjectives, type Objectives } from '../experiment/experiment.ts'
import type { ObjectiveResult, Run } from './run-schema.ts'

/** The part of a run that objectives speak of. */
export type Measured = Pick<Run, 'operations'> & {
  throughput: Pick<Run['throughput'], 'okPerSecond'>
  queue: Pick<Run['queue'], 'maxDepth'>
  completion: Pick<Run['completion'], 'lagSeconds'>
}

/**
 * Compares a run with its objectives, one result for each objective, in the order of the experiment file's schema.
 *
 * A latency limit holds for every operation: the actual value is the one of the slowest. Failed attempts are not
 * in the latencies; `errorRate` (failed / all requests) limits them. What could not be measured is not met.
 */
export function judgeObjectives(objectives: Objectives, measured: Measured): ObjectiveResult[] {
  const operations = Object.values(measured.operations)
  const results: ObjectiveResult[] = []
  const judge = (
    name: string,
    unit: ObjectiveResult['unit'],
    limit: number | undefined,
    actual: number | null,
  ): void => {
    if (limit === undefined) return
    const met = actual !== null && (name === 'minThroughput' ? actual >= limit : actual <= limit)
    results.push({ name, unit, limit, actual, met })
  }
  for (const name of latencyObjectives)
    judge(name, 'ms', objectives.latencyMs[name], highest(operations.map(({ latencyMs }) => latencyMs[name])))
  const requests = operations.reduce((sum, { count }) => sum + count, 0)
  const failed = operations.reduce((sum, operation) => sum + operation.failed, 0)
  judge('errorRate', 'fraction', objectives.errorRate, requests === 0 ? null : failed / requests)
  judge('maxQueueDepth', 'messages', objectives.maxQueueDepth, measured.queue.maxDepth)
  const { completionLagMs } = objectives
  const lagLimitSeconds = completionLagMs === undefined ? undefined : completionLagMs / 1000
  judge('completionLag', 's', lagLimitSeconds, measured.completion.lagSeconds)
  const { okPerSecond } = measured.throughput
  judge('minThroughput', 'requests/s', objectives.minThroughputPerSecond, okPerSecond)
  return results
}

/** Null when any value is unknown: a limit that must hold for all cannot be shown from some. */
function highest(values: readonly (number | null)[]): number | null {
  return values.reduce(
    (most, value) => (most === null || value === null ? null : Math.max(most, value)),
    values.length === 0 ? null : 0,
  )
}
