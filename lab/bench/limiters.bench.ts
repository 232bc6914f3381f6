import { writeFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { parseExperiment } from '@chairlift/loadgen/experiment/parse-experiment.ts'
import { describeEnvironment } from '@chairlift/loadgen/result/describe-environment.ts'
import type { Run } from '@chairlift/loadgen/result/run-schema.ts'
import { runExperiment } from '@chairlift/loadgen/run/run-experiment.ts'
import Table from 'cli-table3'
import { observeLab } from '../observe/lab-observer.ts'
import { startLab } from '../start-lab.ts'
import { summarise } from './median.ts'

// The client's throughput breaker against a token bucket at the same mean rate: same throughput, what queue?
// The breaker's throughput is compared with its formula (RID-I11): (open + F) / (open / R + 1 s), where R is the
// rate of the same client without a limiter, measured in the same round, and F its threads.
const { values } = parseArgs({
  options: { json: { type: 'string' }, quick: { type: 'boolean', default: false } },
})
const rounds = values.quick ? 2 : 5
const requests = values.quick ? 30_000 : 60_000
const threads = 64
const [open, close] = [3_800, 3_300]
const bar = 0.05

await using lab = await startLab({
  systems: ['rides'],
  environment: { PATH: process.env['PATH'] },
  log: () => undefined,
})
await using observer = observeLab(lab, 'rides')

async function measure(limiter: string): Promise<Run> {
  const result = await runExperiment({
    experiment: parseExperiment(
      `apiVersion: chairlift.dev/v1alpha1
kind: Experiment
metadata: { name: limiters }
spec:
  workload: rides/write
  target: { service: rides-api }
  matrix: { threads: [${threads}] }
  parameters: { requests: ${requests}, startupThreads: 0 }
${limiter}`,
      'limiters.yaml',
    ),
    target: lab.systems['rides']?.url as string,
    observer,
    environment: describeEnvironment({}, null),
    chairliftVersion: 'bench',
    progress: { note() {}, runStarts() {}, second() {}, runEnds() {} },
    signal: new AbortController().signal,
  })
  const run = result.runs[0]
  if (!run?.verification.passed) throw new Error(`${limiter}: ${result.failure ?? 'verification failed'}`)
  return run
}

const runs: Record<string, Run[]> = { none: [], breaker: [], 'token bucket': [] }
const deviations: number[] = []
await measure('')
for (let round = 0; round < rounds; round++) {
  const free = await measure('')
  const broken = await measure(`  limiter: { breaker: { open: ${open}, close: ${close} } }`)
  const mean = broken.throughput.okPerSecond
  const even = await measure(
    `  limiter: { tokenBucket: { ratePerSecond: ${Math.round(mean)}, burst: ${threads} } }`,
  )
  runs['none']?.push(free)
  runs['breaker']?.push(broken)
  runs['token bucket']?.push(even)
  const expected = (open + threads) / (open / free.throughput.okPerSecond + 1)
  deviations.push(Math.abs(mean - expected) / expected)
  console.log(
    `  round ${round + 1}: free ${Math.round(free.throughput.okPerSecond)}/s, breaker ${Math.round(mean)}/s, formula ${Math.round(expected)}/s`,
  )
}

const depths = (run: Run) => run.queue.samples.map(({ depth }) => depth)
const variance = (numbers: number[]) => {
  const mean = numbers.reduce((sum, one) => sum + one, 0) / numbers.length
  return numbers.reduce((sum, one) => sum + (one - mean) ** 2, 0) / numbers.length
}
const figures = Object.entries(runs).map(([limiter, of]) => ({
  limiter,
  okPerSecond: summarise(of.map((run) => run.throughput.okPerSecond)),
  p99Ms: summarise(of.map((run) => run.operations['writeNewLiftRide']?.latencyMs.p99 ?? Number.NaN)),
  maxDepth: summarise(of.map((run) => run.queue.maxDepth ?? Number.NaN)),
  depthVariance: summarise(of.map((run) => variance(depths(run)))),
  eventLoopMax: summarise(of.map((run) => run.client.eventLoopUtilisationMax)),
}))
const table = new Table({
  head: ['limiter', 'ok/s', 'p99 ms', 'max depth', 'depth variance', 'client event loop'],
  style: { head: [], border: [] },
})
for (const row of figures)
  table.push([
    row.limiter,
    Math.round(row.okPerSecond.median),
    row.p99Ms.median.toFixed(1),
    row.maxDepth.median,
    row.depthVariance.median.toFixed(1),
    `${(row.eventLoopMax.median * 100).toFixed(0)} %`,
  ])
const deviation = summarise(deviations)
const met = deviation.median <= bar
console.log(
  `${threads} threads, ${requests} rides a run, ${rounds} rounds, medians; breaker ${open}/${close}`,
)
console.log(table.toString())
console.log(
  `RID-I11 breaker against its formula: off by ${(deviation.median * 100).toFixed(1)} % (median), ` +
    `bar ${bar * 100} %: ${met ? 'met' : 'MISSED'}`,
)
if (values.json) await writeFile(values.json, JSON.stringify({ figures, deviation, bar, met }, null, 2))
process.exitCode = met ? 0 : 1
