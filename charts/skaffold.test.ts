import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { Ajv } from 'ajv'
import { parse } from 'yaml'
import { type Manifest, workloadsOf } from './policy/manifest.ts'
import { findPodFaults } from './policy/pod-rules.ts'
import { toolsFolder } from './testing/chart-tools.ts'
import { render } from './testing/render.ts'

interface Skaffold {
  deploy: { helm: { releases: { setValues: Record<string, unknown> }[] } }
  verify: { container: { name: string; env: { name: string; value: string }[] } }[]
  portForward: { resourceName: string; port: number }[]
}

const root = new URL('../', import.meta.url)
const readYaml = async (file: string) => parse(await readFile(new URL(file, root), 'utf8'), { merge: true })

test('skaffold.yaml follows its schema', async () => {
  const schema = JSON.parse(await readFile(`${await toolsFolder()}/skaffold.schema.json`, 'utf8'))
  const validate = new Ajv({ strict: false }).compile(schema)
  const skaffold = (await readYaml('skaffold.yaml')) as object
  assert.ok(validate(skaffold), JSON.stringify(validate.errors?.slice(0, 5)))
  assert.equal(validate({ ...skaffold, bild: {} }), false)
})

test('the values of skaffold.yaml and what it forwards exist in the chart', async () => {
  const skaffold = (await readYaml('skaffold.yaml')) as Skaffold
  const values = Object.entries(skaffold.deploy.helm.releases[0]?.setValues ?? {})
  const manifests = await render(
    '',
    values.map(([name, value]) => `${name}=${value}`),
  )
  const api = workloadsOf(manifests).find(({ name }) => name === 'rides-api')
  assert.deepEqual(api?.pod.containers[0]?.command, ['node', '--watch', 'services/rides/api.ts'])
  for (const { resourceName, port } of skaffold.portForward) {
    const service = manifests.find(
      ({ kind, metadata }) => kind === 'Service' && metadata.name === resourceName,
    )
    assert.ok((service?.spec['ports'] as { port: number }[]).some((one) => one.port === port))
  }
})

test('the Job of skaffold verify is as restricted as the chart, and runs the flow of helm test', async () => {
  const job = (await readYaml('infra/skaffold/verify.yaml')) as Manifest
  const { template } = job.spec as {
    template: { metadata: { labels: Record<string, string> }; spec: object }
  }
  const { labels } = template.metadata
  const pod = { ...template.spec } as Parameters<typeof findPodFaults>[0]['pod']
  const workload = { kind: 'Job', name: 'verify', labels, pod, replicas: 1, selector: undefined }
  assert.deepEqual(
    findPodFaults(workload).filter((fault) => !fault.includes('image without a tag')),
    [],
  )
  const test = (await render()).find(
    ({ kind, metadata }) => kind === 'Pod' && metadata.name === 'post-and-read-ride',
  )
  const helm = workloadsOf(test ? [test] : [])[0]?.pod.containers[0]
  const [verify] = ((await readYaml('skaffold.yaml')) as Skaffold).verify
  assert.deepEqual(verify?.container.env, helm?.env)
  assert.equal(verify?.container.name, pod.containers[0]?.name)
  for (const key of [
    'app.kubernetes.io/component',
    'app.kubernetes.io/instance',
    'app.kubernetes.io/part-of',
  ])
    assert.equal(labels[key], test?.metadata.labels?.[key])
})
