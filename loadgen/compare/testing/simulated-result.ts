import type { ParameterValue } from '../../experiment/experiment.ts'
import { Histogram } from '../../histogram/histogram.ts'
import { encodeHistogram } from '../../histogram/sparse-histogram.ts'
import { describeLatency } from '../../result/describe-latency.ts'
import type { Result } from '../../result/result-schema.ts'
import type { Run } from '../../result/run-schema.ts'
import { makeExampleResult } from '../../result/testing/example-result.ts'
import { randomNormal } from '../../statistics/random.ts'

export interface SimulatedCell {
  threads?: number
  parameters?: Record<string, ParameterValue>
  /** How much slower than the others; 1.1 is 10 %. */
  slowness?: number
}

export interface SimulationOptions {
  /** Run after run, in this order, over and over. */
  cells: readonly SimulatedCell[]
  runs: number
  random: () => number
  /** Standard deviation of a run's speed, as a share. */
  noise?: number
  /** How much of the machine's slow weather stays from one run to the next, 0–1. */
  weather?: number
}

/**
 * A result as an experiment on a noisy machine gives it: every run has a speed of its own, made of independent noise
 * and of weather that changes slowly; latencies and throughput follow from it, with noise of their own.
 */
export function simulateResult({
  cells,
  runs,
  random,
  noise = 0.03,
  weather = 0,
}: SimulationOptions): Result {
  const example = makeExampleResult({ threads: [8], requests: 200 })
  const [template] = example.runs
  if (template === undefined) throw new Error('the example has no run')
  let slow = 0
  const simulated = Array.from({ length: runs }, (_, index) => {
    const cell = cells[index % cells.length] ?? {}
    slow = weather * slow + Math.sqrt(1 - weather ** 2) * randomNormal(random)
    const speed = Math.exp(noise * (weather > 0 ? slow : randomNormal(random))) / (cell.slowness ?? 1)
    return simulateRun(template, cell, index, speed, random)
  })
  return { ...example, runs: simulated }
}

function simulateRun(
  template: Run,
  { threads = 8, parameters }: SimulatedCell,
  index: number,
  speed: number,
  random: () => number,
): Run {
  const histogram = new Histogram()
  const tail = 1 + 0.05 * randomNormal(random)
  for (let sample = 0; sample < 200; sample++) {
    const share = (sample + 0.5) / 200
    histogram.record(((8_000 * threads) / 8 / speed) * (1 - 0.3 * Math.log(1 - share) * tail))
  }
  const [[name, operation] = []] = Object.entries(template.operations)
  if (name === undefined || operation === undefined) throw new Error('the example has no operation')
  const okPerSecond = 1_000 * speed * (1 + 0.005 * randomNormal(random))
  return {
    ...template,
    validity: { verdict: 'valid', reasons: [] },
    threads,
    repetition: index + 1,
    order: index + 1,
    startedAt: new Date(Date.parse(template.startedAt) + index * 10_000).toISOString(),
    ...(parameters && { parameters }),
    throughput: { ...template.throughput, okPerSecond },
    completion: { ...template.completion, completedPerSecond: okPerSecond },
    operations: {
      [name]: {
        ...operation,
        latencyMs: describeLatency(histogram),
        histogram: encodeHistogram(histogram),
      },
    },
  }
}
