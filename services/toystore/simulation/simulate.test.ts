import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { mutants } from './mutants.ts'
import { simulate } from './simulate.ts'

const seeds = 600
/** Each mutant has to be found within so many runs. */
const mutantSeeds = 400

describe('the replicas in simulation', () => {
  test(`TOY-I1 TOY-I2 TOY-I3 TOY-I9 TOY-I10 TOY-I11 TOY-D6 TOY-D7 TOY-E9 hold in ${seeds} seeded runs`, (t) => {
    let [acknowledged, refusals, lost] = [0, 0, 0]
    for (let seed = 1; seed <= seeds; seed++) {
      const result = simulate(seed)
      assert.deepEqual(
        result.violations,
        [],
        `seed ${seed} (npx node services/toystore/simulation/run.ts ${seed})`,
      )
      acknowledged += result.acknowledged
      if (result.lostEnd) lost++
      refusals += result.refusals.length
    }
    assert.ok(acknowledged > seeds * 5, `only ${acknowledged} orders were acknowledged`)
    assert.ok(lost > 0 && refusals > 0, 'no run lost the end of its log')
    t.diagnostic(`${acknowledged} orders acknowledged; ${lost} runs lost the log's end, ${refusals} refusals`)
  })

  for (const [name, faults] of Object.entries(mutants)) {
    test(`a planted fault is found: ${name}`, (t) => {
      for (let seed = 1; seed <= mutantSeeds; seed++) {
        const { violations } = simulate(seed, faults)
        if (violations.length === 0) continue
        t.diagnostic(`seed ${seed}: ${violations[0]}`)
        return
      }
      assert.fail(`not found in ${mutantSeeds} runs`)
    })
  }
})
