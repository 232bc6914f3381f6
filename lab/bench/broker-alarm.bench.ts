import { readFile, writeFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { runLoad } from '@chairlift/loadgen/engine/run-load.ts'
import { startLab } from '../start-lab.ts'

// What the API does while RabbitMQ takes nothing: its memory and the time of its refusals, under full load for
// a minute. One group of threads, no retries.
const { values } = parseArgs({
  options: { json: { type: 'string' }, quick: { type: 'boolean', default: false } },
})
const seconds = values.quick ? 10 : 60
const bars = { memoryGrowthMiB: 50, refusalP99Ms: 50 }

await using lab = await startLab({
  systems: ['rides'],
  environment: { PATH: process.env['PATH'] },
  log: () => undefined,
})
const api = lab.replicaSets['rides-api']?.processes()[0]
const target = lab.systems['rides']?.url as string
if (!api || !lab.backing.owned.rabbitmq) throw new Error('the lab has no API process or no broker of its own')

/** Full load for some seconds. */
const load = (forSeconds: number) =>
  runLoad(
    {
      target,
      groups: [
        {
          name: 'load',
          threads: 64,
          firstItem: 0,
          work: { kind: 'shared', items: 20_000_000 },
          start: { kind: 'immediately' },
          measured: true,
        },
      ],
      workload: {
        module: new URL('./one-ride-requests.ts', import.meta.url).href,
        parameters: {},
      },
      retry: { limit: 0, mode: 'all' },
      requestTimeoutMs: 30_000,
      connectTimeoutMs: 5_000,
      workers: 1,
      engine: 'raw',
    },
    {},
    AbortSignal.timeout(forSeconds * 1_000),
  )

const residentMiB = async () =>
  Number(/VmRSS:\s+(\d+)/.exec(await readFile(`/proc/${api.pid}/status`, 'utf8'))?.[1]) / 1_024

// Warm first: a process that has never worked grows for reasons of its own.
await load(values.quick ? 5 : 15)
const before = await residentMiB()
await lab.backing.owned.rabbitmq.setMemoryAlarm(true)
let highest = before
const watch = setInterval(() => {
  void residentMiB().then((now) => {
    highest = Math.max(highest, now)
  })
}, 500)
const blocked = await load(seconds)
clearInterval(watch)
await lab.backing.owned.rabbitmq.setMemoryAlarm(false)

const posts = blocked.operations['writeNewLiftRide']
const figures = {
  seconds,
  refused: posts?.byStatus['503'] ?? 0,
  refusalP99Ms: (posts?.failedLatency.percentileUs(99) ?? Number.NaN) / 1_000,
  memoryBeforeMiB: before,
  memoryGrowthMiB: highest - before,
}
const met = {
  memoryGrowthMiB: figures.memoryGrowthMiB <= bars.memoryGrowthMiB,
  refusalP99Ms: figures.refusalP99Ms <= bars.refusalP99Ms,
}
console.log(`${figures.refused} posts refused in ${seconds} s while the memory alarm lasted`)
console.log(
  `API memory: ${before.toFixed(1)} MiB before, at most ${figures.memoryGrowthMiB.toFixed(1)} MiB more, ` +
    `bar ${bars.memoryGrowthMiB}: ${met.memoryGrowthMiB ? 'met' : 'MISSED'}`,
)
console.log(
  `p99 of the refusals: ${figures.refusalP99Ms.toFixed(1)} ms, bar ${bars.refusalP99Ms}: ${met.refusalP99Ms ? 'met' : 'MISSED'}`,
)
if (values.json) await writeFile(values.json, JSON.stringify({ figures, bars, met }, null, 2))
process.exitCode = met.memoryGrowthMiB && met.refusalP99Ms ? 0 : 1
