import { writeFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { parseExperiment } from '@chairlift/loadgen/experiment/parse-experiment.ts'
import { describeEnvironment } from '@chairlift/loadgen/result/describe-environment.ts'
import type { Run } from '@chairlift/loadgen/result/run-schema.ts'
import { runExperiment } from '@chairlift/loadgen/run/run-experiment.ts'
import Table from 'cli-table3'
import { observeLab } from '../observe/lab-observer.ts'
import { readCpuSeconds } from '../observe/process-cpu.ts'
import { type Lab, startLab } from '../start-lab.ts'
import { summarise } from './median.ts'

// The rides pipeline from POST to Postgres: grouped publishing against one ride a message, interleaved in one
// sitting over the same servers, everything on this machine. The writer of single rides gets a prefetch of as
// many rides as the other one has in its groups; with 50 messages of one ride it would only wait.
const { values } = parseArgs({
  options: { json: { type: 'string' }, quick: { type: 'boolean', default: false } },
})
const rounds = values.quick ? 2 : 5
const requests = values.quick ? 50_000 : 100_000
const threads = 128
/** Bars: rides completed per second when grouped, and the ratio to the same build with grouping off. */
const bars = { completedPerSecond: 9_000, ratio: 1.5 }

const experiment = (name: string) =>
  parseExperiment(
    `apiVersion: chairlift.dev/v1alpha1
kind: Experiment
metadata: { name: ${name} }
spec:
  workload: rides/write
  target: { service: rides-api }
  matrix: { threads: [${threads}] }
  parameters: { requests: ${requests}, startupThreads: 0 }
`,
    `${name}.yaml`,
  )

/** One run with the API and the writer of one design; the writers of the others are stopped meanwhile. */
async function measure(name: string, lab: Lab, others: readonly Lab[]): Promise<Run> {
  for (const other of others) await other.replicaSets['rides-writer']?.scale(0)
  await lab.replicaSets['rides-writer']?.scale(1)
  await using own = observeLab(lab, 'rides')
  const result = await runExperiment({
    experiment: experiment(name),
    target: lab.systems['rides']?.url as string,
    observer: {
      observe: own.observe,
      cpuSeconds: async () => ({ ...(await own.cpuSeconds?.()), ...(await serversCpuSeconds()) }),
    },
    environment: describeEnvironment({}, null),
    chairliftVersion: 'bench',
    progress: { note() {}, runStarts() {}, second() {}, runEnds() {} },
    signal: new AbortController().signal,
  })
  const run = result.runs[0]
  if (!run) throw new Error(`${name}: ${result.failure}`)
  const wrong = run.verification.checks.find((check) => !check.passed)
  if (wrong)
    throw new Error(`${name}: ${wrong.id} ${wrong.name}: expected ${wrong.expected}, got ${wrong.actual}`)
  return run
}

const log = () => undefined
await using grouped = await startLab({ systems: ['rides'], environment: { PATH: process.env['PATH'] }, log })
await using single = await startLab({
  systems: ['rides'],
  environment: {
    ...grouped.backing.environment,
    PATH: process.env['PATH'],
    PUBLISH_GROUP_EVENTS: '1',
    PREFETCH_MESSAGES: '1600',
  },
  log,
})

/** The servers belong to the first lab, which alone knows their processes. */
async function serversCpuSeconds(): Promise<Record<string, number>> {
  const seconds = grouped.backing.servers.map(
    async (server) => [server.name, await readCpuSeconds(server.pids)] as const,
  )
  return Object.fromEntries(await Promise.all(seconds))
}

const designs = { grouped, 'one per message': single }
type Design = keyof typeof designs
const names = Object.keys(designs) as Design[]
const othersOf = (name: Design) => names.filter((other) => other !== name).map((other) => designs[other])
const runs: Record<Design, Run[]> = { grouped: [], 'one per message': [] }
for (const name of names) await measure('warm-up', designs[name], othersOf(name))
for (let round = 0; round < rounds; round++) {
  for (const name of round % 2 === 0 ? names : names.toReversed()) {
    const run = await measure('bench', designs[name], othersOf(name))
    runs[name].push(run)
    const { completedPerSecond, lagSeconds } = run.completion
    console.log(
      `  round ${round + 1}, ${name}: ${Math.round(completedPerSecond ?? 0)} completed/s, lag ${lagSeconds} s`,
    )
  }
}

const parts = ['client', 'rides-api', 'rabbitmq', 'rides-writer', 'postgres']
const table = new Table({
  head: [
    'design',
    'completed/s min / median / max',
    'p99 ms',
    'lag s',
    ...parts.map((part) => `CPU ${part}`),
  ],
  style: { head: [], border: [] },
})
const summary = names.map((name) => ({
  design: name,
  completedPerSecond: summarise(runs[name].map((run) => run.completion.completedPerSecond ?? 0)),
  p99Ms: summarise(runs[name].map((run) => run.operations['writeNewLiftRide']?.latencyMs.p99 ?? 0)),
  lagSeconds: summarise(runs[name].map((run) => run.completion.lagSeconds ?? Number.POSITIVE_INFINITY)),
  cpuSecondsPer1000: Object.fromEntries(
    parts.map((part) => [
      part,
      summarise(runs[name].map((run) => run.cpu?.secondsPer1000Completed[part] ?? 0)).median,
    ]),
  ),
}))
for (const row of summary) {
  const { min, median, max } = row.completedPerSecond
  table.push([
    row.design,
    [min, median, max].map(Math.round).join(' / '),
    row.p99Ms.median.toFixed(1),
    row.lagSeconds.max.toFixed(2),
    ...parts.map((part) => (row.cpuSecondsPer1000[part] as number).toFixed(4)),
  ])
}
const ratios = summarise(
  runs.grouped.map(
    (run, round) =>
      (run.completion.completedPerSecond ?? 0) /
      (runs['one per message'][round]?.completion.completedPerSecond ?? 1),
  ),
)
const met = {
  completedPerSecond: (summary[0]?.completedPerSecond.median ?? 0) >= bars.completedPerSecond,
  ratio: ratios.median >= bars.ratio,
}
console.log(
  `${threads} threads, ${requests} rides a run, ${rounds} interleaved rounds; CPU in seconds per 1 000 rides`,
)
console.log(table.toString())
const verdict = (ok: boolean) => (ok ? 'met' : 'MISSED')
console.log(`completed/s, grouped, median >= ${bars.completedPerSecond}: ${verdict(met.completedPerSecond)}`)
console.log(
  `ratio round by round ${ratios.min.toFixed(2)} / ${ratios.median.toFixed(2)} / ${ratios.max.toFixed(2)}, ` +
    `median >= ${bars.ratio}: ${verdict(met.ratio)}`,
)
if (values.json)
  await writeFile(
    values.json,
    JSON.stringify({ threads, requests, rounds, summary, ratios, bars, met }, null, 2),
  )
process.exitCode = met.completedPerSecond && met.ratio ? 0 : 1
