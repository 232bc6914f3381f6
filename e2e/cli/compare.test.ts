import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { simulateResult } from '@chairlift/loadgen/compare/testing/simulated-result.ts'
import { writeResult } from '@chairlift/loadgen/result/result-file.ts'
import { seededRandom } from '@chairlift/loadgen/statistics/random.ts'
import { runChairlift } from '../harness/run-chairlift.ts'

describe('chairlift compare', () => {
  let folder: string

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'chairlift-compare-'))
    const result = simulateResult({
      cells: [{ parameters: { build: 'old' } }, { parameters: { build: 'new' }, slowness: 1.2 }],
      runs: 20,
      random: seededRandom(1),
      noise: 0.01,
    })
    await writeResult(folder, result)
  })
  after(() => rm(folder, { recursive: true }))

  test('two parts of one result: table, page, and 99 with --gate when B is worse', async () => {
    const sides = ['--a', 'build=old', '--b', 'build=new']
    const run = await runChairlift(['compare', folder, ...sides, '--gate', '--out', folder])
    assert.equal(run.code, 99, run.stderr + run.stdout)
    assert.match(run.stdout, /✗ build=new is worse than build=old in 4 of 4 comparisons/)
    assert.match(await readFile(join(folder, 'comparison.html'), 'utf8'), /▼ Worse/)
    const comparison = JSON.parse(await readFile(join(folder, 'comparison.json'), 'utf8'))
    assert.equal(comparison.finding, 'worse')
  })

  test('--aa counts false alarms of each combination of a result', async () => {
    const run = await runChairlift(['compare', '--aa', folder, '--out', folder])
    assert.equal(run.code, 0, run.stderr)
    assert.match(run.stdout, /A\/A test: 2 pairs of 5 and 5 runs/)
  })

  test('what cannot be compared is said in a sentence, with exit code 1', async () => {
    const run = await runChairlift(['compare', folder, '--out', folder])
    assert.equal(run.code, 1)
    assert.match(run.stderr, /^chairlift: one result has to be divided: name both sides/)
  })
})
