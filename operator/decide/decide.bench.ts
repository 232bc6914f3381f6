import { writeFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { decide } from './decide.ts'
import { emptyHistory } from './history.ts'
import { policyOf, signalsOf, startMs } from './testing/example-world.ts'

// CPU time to decide for 1000 QueueScalers once, each with 10 consumers and a full history.
const { values } = parseArgs({
  options: { json: { type: 'string' }, quick: { type: 'boolean', default: false } },
})
const [scalers, consumers, barSeconds] = [1_000, 10, 1]
const rounds = values.quick ? 5 : 15
/** Looks at 2 s each until every window of the history is full. */
const filling = 60

const policy = policyOf()
let histories = Array.from({ length: scalers }, () => emptyHistory())
const cpuSeconds: number[] = []
for (let look = 0; look < filling + rounds; look++) {
  const nowMs = startMs + look * 2_000
  const began = process.cpuUsage()
  histories = histories.map((history, scaler) => {
    const moment = {
      replicas: consumers,
      ready: (scaler * 7 + look * 13) % 500,
      published: look * 800,
      messages: look * 80,
      busySeconds: look * 1.6,
    }
    return decide(policy, history, signalsOf(moment, nowMs), nowMs).history
  })
  const used = process.cpuUsage(began)
  if (look >= filling) cpuSeconds.push((used.user + used.system) / 1e6)
}
cpuSeconds.sort((a, b) => a - b)
const [least, median, most] = [0, cpuSeconds.length >> 1, cpuSeconds.length - 1].map(
  (at) => cpuSeconds[at] as number,
)
console.log(
  `decide for ${scalers} scalers of ${consumers} consumers: ${median?.toFixed(3)} s CPU (${least?.toFixed(3)}–${most?.toFixed(3)}), bar ${barSeconds} s`,
)
if (values.json)
  await writeFile(
    values.json,
    `${JSON.stringify({ scalers, consumers, cpuSeconds, medianSeconds: median, barSeconds }, null, 2)}\n`,
  )
process.exitCode = (median as number) < barSeconds ? 0 : 1
