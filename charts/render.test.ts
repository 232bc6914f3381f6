import assert from 'node:assert/strict'
import { readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { chartFolder, runTool, valueOptions, valuesFiles } from './testing/chart-tools.ts'
import { render } from './testing/render.ts'

for (const file of valuesFiles) {
  const named = file || 'the defaults'
  test(`helm lint has nothing to say with ${named}`, async () => {
    const { exitCode, stdout } = await runTool('helm', [
      'lint',
      '--strict',
      chartFolder,
      ...valueOptions(file),
    ])
    assert.equal(exitCode, 0, stdout)
  })

  for (const version of ['1.30.0', '1.34.0', '1.37.0'])
    test(`Kubernetes ${version} knows every field of every manifest with ${named}`, async (t) => {
      const manifests = join(
        tmpdir(),
        `chairlift-${process.pid}-${version}-${valuesFiles.indexOf(file)}.json`,
      )
      t.after(() => rm(manifests, { force: true }))
      const list = { apiVersion: 'v1', kind: 'List', items: await render(file) }
      await writeFile(manifests, JSON.stringify(list))
      const schemas = `{tools}/schemas/v${version}-local-strict/{{.ResourceKind}}{{.KindSuffix}}.json`
      const outcome = await runTool('kubeconform', [
        '-strict',
        '-summary',
        '-schema-location',
        schemas,
        manifests,
      ])
      assert.equal(outcome.exitCode, 0, outcome.stdout)
      assert.match(
        outcome.stdout,
        new RegExp(`Valid: ${list.items.length}, Invalid: 0, Errors: 0, Skipped: 0`),
      )
    })
}

test('every shipped experiment has its suspended CronJob', async () => {
  const files = await readdir(new URL('../loadgen/experiments/', import.meta.url))
  const experiments = files.filter((name) => name.endsWith('.yaml')).map((name) => name.slice(0, -5))
  const jobs = (await render()).filter(({ kind }) => kind === 'CronJob')
  assert.deepEqual(
    jobs.map(({ metadata }) => metadata.name).sort(),
    experiments.map((name) => `loadgen-${name}`).sort(),
  )
  assert.ok(jobs.every(({ spec }) => spec['suspend'] === true))
})

test('the checksum that restarts pods follows the external URL', async () => {
  const off = ['rabbitmq.create=false', 'postgres.create=false', 'postgres.external.existingSecret=database']
  const checksum = async (url: string) => {
    const manifests = await render('', [...off, `rabbitmq.external.url=${url}`])
    const writer = manifests.find(
      ({ kind, metadata }) => kind === 'Deployment' && metadata.name === 'rides-writer',
    )
    const { metadata } = writer?.spec['template'] as { metadata: { annotations: Record<string, string> } }
    return metadata.annotations['checksum/secrets']
  }
  assert.equal(await checksum('amqp://a:b@c'), await checksum('amqp://a:b@c'))
  assert.notEqual(await checksum('amqp://a:b@c'), await checksum('amqp://a:d@c'))
})
