import type { Check, Run, Second } from './run-schema.ts'

type StatisticsOf = Pick<Run, 'operations' | 'throughput' | 'wallSeconds'> & {
  series: readonly Pick<Second, 'completed'>[]
}

/**
 * The self-test of a run's statistics (rules C4 and C6): numbers that contradict each other are a defect of the
 * load generator and fail the run, whatever the service did.
 */
export function checkStatistics(run: StatisticsOf): Check[] {
  const operations = Object.entries(run.operations)
  const requests = operations.reduce((sum, [, { count }]) => sum + count, 0)
  return [
    checkOrder(operations),
    checkSamples(operations),
    checkThroughput(run, requests),
    checkSeries(run, requests),
  ]
}

function checkOrder(operations: [string, Run['operations'][string]][]): Check {
  const wrong = operations.filter(([, { latencyMs }]) => {
    const { min, p50, p90, p95, p99, p999, max } = latencyMs
    const ordered = [min, p50, p90, p95, p99, p999, max].filter((value) => value !== null)
    return ordered.some((value, index) => value < (ordered[index - 1] ?? 0))
  })
  return {
    id: 'C4',
    name: 'min ≤ median ≤ p90 ≤ p95 ≤ p99 ≤ p99.9 ≤ max',
    passed: wrong.length === 0,
    expected: 0,
    actual: wrong.length,
    detail: `operations out of order: ${wrong.map(([name]) => name).join(', ') || 'none'}`,
  }
}

function checkSamples(operations: [string, Run['operations'][string]][]): Check {
  const expected = operations.reduce((sum, [, { ok }]) => sum + ok, 0)
  const actual = operations.reduce((sum, [, { histogram }]) => sum + histogram.count, 0)
  const broken = operations.find(
    ([, operation]) =>
      operation.histogram.count !== operation.ok ||
      operation.ok + operation.failed !== operation.count ||
      operation.attempts !== operation.count - operation.unsent + operation.retries,
  )
  return {
    id: 'C4',
    name: 'as many latency samples as successful requests; ok + failed = requests; sent requests + retries = attempts',
    passed: broken === undefined,
    expected,
    actual,
    detail: broken === undefined ? 'in every operation' : `not so in ${broken[0]}`,
  }
}

function checkThroughput({ throughput, wallSeconds }: StatisticsOf, requests: number): Check {
  const product = throughput.requestsPerSecond * wallSeconds
  return {
    id: 'C4',
    name: 'throughput × wall time = requests',
    // Half a request, or what rounding of the two factors to six digits may leave.
    passed: Math.abs(product - requests) <= Math.max(0.5, requests * 1e-6),
    expected: requests,
    actual: Math.round(product * 1000) / 1000,
    detail: `${throughput.requestsPerSecond.toFixed(3)} /s × ${wallSeconds.toFixed(6)} s`,
  }
}

function checkSeries({ series }: StatisticsOf, requests: number): Check {
  const sum = series.reduce((total, { completed }) => total + completed, 0)
  return {
    id: 'C6',
    name: 'the requests of all seconds add up to all requests',
    passed: sum === requests,
    expected: requests,
    actual: sum,
    detail: `${series.length} seconds`,
  }
}
