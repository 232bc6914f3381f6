import assert from 'node:assert/strict'
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { parse } from 'yaml'
import { workloadsOf } from './policy/manifest.ts'
import { findPodFaults, findServingFaults } from './policy/pod-rules.ts'
import { findPaths } from './policy/reachability.ts'
import { findReleaseFaults } from './policy/release-rules.ts'
import { chartFolder, runTool, valueOptions, valuesFiles } from './testing/chart-tools.ts'
import { checkFields } from './testing/kubeconform.ts'
import { render } from './testing/render.ts'

for (const file of valuesFiles)
  test(`helm lint has nothing to say with ${file || 'the defaults'}`, async () => {
    const { exitCode, stdout } = await runTool('helm', [
      'lint',
      '--strict',
      chartFolder,
      ...valueOptions(file),
    ])
    assert.equal(exitCode, 0, stdout)
  })

for (const version of ['1.30.0', '1.37.0'])
  test(`Kubernetes ${version} knows every field of every manifest, with all sets of values`, async () => {
    const manifests = (await Promise.all(valuesFiles.map((file) => render(file)))).flat()
    const { exitCode, stdout } = await checkFields(version, manifests)
    assert.equal(exitCode, 0, stdout)
    assert.match(stdout, new RegExp(`Valid: ${manifests.length}, Invalid: 0, Errors: 0, Skipped: 0`))
  })

test('a further system is one file: with servers of its own, a volume, and calls between its parts', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'chairlift-chart-'))
  t.after(() => rm(folder, { recursive: true }))
  await cp(chartFolder, folder, { recursive: true })
  // In the place of the rides, whose values it takes; `writer` gets what a StatefulSet has more.
  await writeFile(
    join(folder, 'systems', 'rides.yaml'),
    `target: shop-front
components:
  shop-front:
    values: api
    command: [node, front.ts]
    stopPhases: 3
    http: true
    needs: [valkey, s3]
    env: { BLOBS_URL: "s3://{{ .Values.s3.bucket }}" }
    calls: [shop-orders]
  shop-orders:
    values: writer
    command: [node, orders.ts]
    stopPhases: 4
    http: true
    dataPath: /data
    calls: [shop-orders]
test: post-and-read-ride
experiments: []
`,
  )
  await rm(join(folder, 'values.schema.json'))
  const manifests = await render(
    '',
    [
      'albums.enabled=false',
      'toystore.enabled=false',
      'operator.enabled=false',
      'rides.writer.scaler.enabled=false',
      'rides.writer.storage.enabled=true',
      'rides.writer.storage.size=1Gi',
    ],
    folder,
  )
  const { exitCode, stdout } = await checkFields('1.37.0', manifests)
  assert.equal(exitCode, 0, stdout)
  const workloads = workloadsOf(manifests).map(({ kind, name }) => `${kind} ${name}`)
  assert.deepEqual(workloads.sort(), [
    'Deployment shop-front',
    'Pod post-and-read-ride',
    'StatefulSet s3',
    'StatefulSet shop-orders',
    'StatefulSet valkey',
  ])
  assert.deepEqual(
    workloadsOf(manifests).flatMap((one) => [...findPodFaults(one), ...findServingFaults(one)]),
    [],
  )
  assert.deepEqual(findReleaseFaults(manifests), [])
  assert.deepEqual(findPaths(manifests), [
    'helm-test -> shop-front:8080',
    'shop-front -> s3:7070',
    'shop-front -> shop-orders:8080',
    'shop-front -> valkey:6379',
  ])
})

test('every shipped experiment of our services has its suspended CronJob', async () => {
  const folder = new URL('../loadgen/experiments/', import.meta.url)
  const files = (await readdir(folder)).filter((name) => name.endsWith('.yaml'))
  const experiments = await Promise.all(
    files.map(async (name) => parse(await readFile(new URL(name, folder), 'utf8'))),
  )
  const ofServices = experiments.filter(({ spec }) => 'service' in spec.target && !('faults' in spec))
  const jobs = (await render()).filter(({ kind }) => kind === 'CronJob')
  assert.deepEqual(
    jobs.map(({ metadata }) => metadata.name).sort(),
    ofServices.map(({ metadata }) => `loadgen-${metadata.name}`).sort(),
  )
  assert.ok(jobs.every(({ spec }) => spec['suspend'] === true))
})

test('without the services the operator alone is left, and nothing but the common policy without both', async () => {
  const names = async (...set: string[]) =>
    (await render('', ['services.enabled=false', ...set])).map(
      ({ kind, metadata }) => `${kind} ${metadata.name}`,
    )
  assert.deepEqual(await names('operator.enabled=false'), ['NetworkPolicy default-deny'])
  assert.deepEqual((await names()).sort(), [
    'Deployment operator',
    'NetworkPolicy default-deny',
    'NetworkPolicy operator',
    'PodDisruptionBudget operator',
    'Role operator',
    'Role operator-lease',
    'RoleBinding operator',
    'RoleBinding operator-lease',
    'ServiceAccount operator',
  ])
})

test('the operator looks after its own namespace, or with clusterWide after all of them', async () => {
  for (const [clusterWide, kinds] of [
    [false, ['Role', 'Role', 'RoleBinding', 'RoleBinding']],
    [true, ['ClusterRole', 'ClusterRoleBinding', 'Role', 'RoleBinding']],
  ] as const) {
    const manifests = await render('', ['services.enabled=false', `operator.clusterWide=${clusterWide}`])
    const found = manifests.map(({ kind }) => kind).filter((kind) => kind.includes('Role'))
    assert.deepEqual(found.sort(), kinds)
    const [operator] = workloadsOf(manifests)
    const watched = operator?.pod.containers[0]?.env?.find(({ name }) => name === 'WATCH_NAMESPACE')
    assert.equal(watched?.value, clusterWide ? undefined : 'lab')
  }
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
