import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { readResult } from '@chairlift/loadgen/result/result-file.ts'
import { runChairlift } from '../harness/run-chairlift.ts'

const experiments = fileURLToPath(import.meta.resolve('@chairlift/loadgen/experiments/'))

describe('chairlift run', () => {
  let folder: string

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'chairlift-cli-'))
  })
  after(() => rm(folder, { recursive: true }))

  test('smoke.yaml runs, verifies, writes result and report, and exits 0; report makes them again', async () => {
    const run = await runChairlift(['run', join(experiments, 'smoke.yaml'), '--out', folder, '--attempts'])
    assert.equal(run.code, 0, run.stderr + run.stdout)
    const result = await readResult(join(folder, 'result.json'))
    assert.equal(result.verdict, 'ok')
    assert.equal(result.runs[0]?.operations['writeNewLiftRide']?.ok, 5_000)
    assert.equal(result.runs[0]?.completion.visible, 5_000)
    const ids = new Set(result.runs[0]?.verification.checks.map(({ id }) => id))
    for (const id of [
      'RID-I1',
      'RID-I2',
      'RID-I3',
      'RID-I4',
      'RID-I5',
      'RID-I6',
      'RID-I7',
      'RID-I8',
      'RID-I9',
    ])
      assert.ok(ids.has(id), `${id} was not checked`)
    const html = await readFile(join(folder, 'report.html'), 'utf8')
    assert.ok(!/(src|href)="https?:/.test(html), 'the report refers to the network')
    const attempts = (await readFile(join(folder, 'attempts-8-1.csv'), 'utf8')).trim().split('\n')
    assert.equal(attempts.length, 5_001)

    await rm(join(folder, 'report.html'))
    const report = await runChairlift(['report', join(folder, 'result.json')])
    assert.equal(report.code, 0, report.stderr)
    assert.equal(await readFile(join(folder, 'report.html'), 'utf8'), html)
  })

  test('a wrong experiment file is refused with line, column and what was expected', async () => {
    const file = join(folder, 'wrong.yaml')
    const smoke = await readFile(join(experiments, 'smoke.yaml'), 'utf8')
    await writeFile(
      file,
      smoke.replace('threads: [8]', 'threads: [0]').replace('kind: Experiment', 'kind: Experimint'),
    )
    const run = await runChairlift(['run', file, '--out', folder])
    assert.equal(run.code, 1)
    assert.match(run.stderr, /wrong\.yaml:3:\d+:/)
    assert.match(run.stderr, /wrong\.yaml:9:\d+:/)
  })

  test('a wrong parameter is refused before anything is started', async () => {
    const file = join(folder, 'parameter.yaml')
    const smoke = await readFile(join(experiments, 'smoke.yaml'), 'utf8')
    await writeFile(file, smoke.replace('requests: 5000', 'reqests: 5000'))
    const run = await runChairlift(['run', file, '--out', folder])
    assert.equal(run.code, 1)
    assert.match(run.stderr, /reqests: unknown; did you mean requests\?/)
  })

  test('a target that does not answer gives exit code 97 and a report that says so', async () => {
    const run = await runChairlift([
      'run',
      join(experiments, 'smoke.yaml'),
      '--target',
      'http://127.0.0.1:9',
      '--out',
      folder,
    ])
    assert.equal(run.code, 97, run.stderr)
    assert.match(run.stdout, /does not answer/)
  })

  test('help is there for every command, with examples', async () => {
    for (const args of [
      ['--help'],
      ['run', '--help'],
      ['up', '--help'],
      ['report', '--help'],
      ['parking', '--help'],
    ]) {
      const help = await runChairlift(args)
      assert.equal(help.code, 0)
      assert.match(help.stdout, /Examples?:/, args.join(' '))
    }
    assert.equal((await runChairlift(['ruun'])).code, 1)
    assert.equal((await runChairlift(['run', 'missing.yaml'])).code, 1)
  })
})
