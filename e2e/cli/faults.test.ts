import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { readResult } from '@chairlift/loadgen/result/result-file.ts'
import { runChairlift } from '../harness/run-chairlift.ts'

const experiment = fileURLToPath(import.meta.resolve('@chairlift/loadgen/experiments/rides-faults.yaml'))

describe('an experiment with faults', () => {
  let folder: string
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'chairlift-faults-'))
  })
  after(() => rm(folder, { recursive: true }))

  test('kills what it says while the load is under way, shows it in the result, and finds everything there', async (t) => {
    const run = await runChairlift(['run', experiment, '--out', folder])
    const { runs, failure } = await readResult(join(folder, 'result.json'))
    const [made] = runs
    assert.ok(made, `${failure} ${run.stderr}`)
    assert.deepEqual(
      made.verification.checks.filter(({ passed }) => !passed),
      [],
    )
    assert.ok(made.verification.checks.some(({ id }) => id === 'FAULTS'))
    const faults = made.events.filter(({ kind }) => kind === 'fault').map(({ what }) => what)
    for (const what of [
      /^rides-writer-1 was ended by SIGKILL/,
      /^rides-api-1 was ended by SIGKILL/,
      /^postgres is killed, and stays away for 3 s/,
      /^postgres runs again/,
    ])
      assert.ok(
        faults.some((fault) => what.test(fault)),
        `${what} is not among ${faults.join('; ')}`,
      )
    assert.match(await readFile(join(folder, 'report.html'), 'utf8'), /postgres is killed/)
    // A busy machine may make the load generator doubt itself.
    assert.ok(run.code === 0 || run.code === 98, run.stdout + run.stderr)
    for (const { atSeconds, what } of made.events) t.diagnostic(`${atSeconds.toFixed(1)} s ${what}`)
  })

  test('is refused where nothing was started that could be killed, and for a process that is not there', async () => {
    const elsewhere = await runChairlift([
      'run',
      experiment,
      '--target',
      'http://127.0.0.1:9',
      '--out',
      folder,
    ])
    assert.equal(elsewhere.code, 1)
    assert.match(elsewhere.stderr, /only what chairlift itself started can be killed/)
    const file = join(folder, 'wrong.yaml')
    await writeFile(file, (await readFile(experiment, 'utf8')).replace('process: writer', 'process: waiter'))
    const wrong = await runChairlift(['run', file, '--out', folder])
    assert.equal(wrong.code, 1)
    assert.match(wrong.stderr, /no process waiter of rides to kill; there are: rides-api, rides-writer/)
  })
})
