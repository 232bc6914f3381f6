// Runs the simulation over many seeds: node services/toystore/simulation/run.ts [FIRST [COUNT]], e.g. … 1 100000
import { simulate } from './simulate.ts'

const [first = 1, count = 1] = process.argv.slice(2).map(Number)
let acknowledged = 0
for (let seed = first; seed < first + count; seed++) {
  const result = simulate(seed)
  acknowledged += result.acknowledged
  if (result.violations.length === 0) continue
  process.stderr.write(`seed ${seed}:\n${result.violations.map((violation) => `  ${violation}\n`).join('')}`)
  process.exit(1)
}
process.stdout.write(`${count} runs from seed ${first}: no violation, ${acknowledged} orders acknowledged\n`)
