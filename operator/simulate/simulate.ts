import { compareAtRandom, compareInScenarios } from './compare.ts'
import type { SimulationResult } from './run-simulation.ts'
import { scenarios } from './scenario.ts'

// `node operator/simulate/simulate.ts`: the tables of operator/README.md. Deterministic, about 3 s.

const percent = (share: number) => `${(share * 100).toFixed(1)} %`

function row(result: SimulationResult): string {
  const { scaler, lateShare, podMinutes, longestWaitSeconds, mostReplicas, changes } = result
  const cells = [percent(lateShare), podMinutes.toFixed(0), `${longestWaitSeconds} s`, mostReplicas, changes]
  return `| ${scaler} | ${cells.join(' | ')} |`
}

const head =
  '| scaler | late | pod-minutes | longest wait | most replicas | changes |\n|---|---|---|---|---|---|'
compareInScenarios().forEach(({ own, handTuned, others }, index) => {
  console.log(`\n${scenarios[index]?.name}: ${scenarios[index]?.description}\n\n${head}`)
  for (const result of [own, handTuned, ...others]) console.log(row(result))
})

const random = compareAtRandom(40)
console.log(
  '\n40 scenarios at random\n\n| scaler | late, mean | late, worst | pod-minutes |\n|---|---|---|---|',
)
for (const key of ['own', 'handTuned'] as const) {
  const results = random.map((one) => one[key])
  const late = results.map(({ lateShare }) => lateShare)
  const mean = late.reduce((sum, share) => sum + share, 0) / late.length
  const podMinutes = results.reduce((sum, one) => sum + one.podMinutes, 0)
  console.log(
    `| ${results[0]?.scaler} | ${percent(mean)} | ${percent(Math.max(...late))} | ${podMinutes.toFixed(0)} |`,
  )
}
