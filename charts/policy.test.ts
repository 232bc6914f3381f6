import assert from 'node:assert/strict'
import { readdir, readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { type Manifest, workloadsOf } from './policy/manifest.ts'
import { findPodFaults, findServingFaults } from './policy/pod-rules.ts'
import { findRbacFaults } from './policy/rbac-rules.ts'
import { findPaths } from './policy/reachability.ts'
import { findReleaseFaults } from './policy/release-rules.ts'
import { valuesFiles } from './testing/chart-tools.ts'
import { render } from './testing/render.ts'

function findFaults(manifests: readonly Manifest[]): string[] {
  const ofPods = workloadsOf(manifests).flatMap((workload) =>
    [...findPodFaults(workload), ...findServingFaults(workload)].map((fault) => `${workload.name}: ${fault}`),
  )
  return [...ofPods, ...findReleaseFaults(manifests), ...findRbacFaults(manifests)]
}

for (const file of valuesFiles)
  test(`every manifest keeps every rule with ${file || 'the defaults'}`, async () => {
    const manifests = await render(file)
    assert.ok(workloadsOf(manifests).length >= 3)
    assert.deepEqual(findFaults(manifests), [])
  })

test('a longer stop phase gets a longer grace period', async () => {
  const manifests = await render('', ['stopping.phaseTimeoutSeconds=60', 'stopping.preStopSeconds=20'])
  const api = workloadsOf(manifests).find(({ name }) => name === 'rides-api')
  assert.equal(api?.pod.terminationGracePeriodSeconds, 20 + 5 * 60 + 5)
})

test('the allow-list finds a permission, a borrowed role and a token that it does not name', async () => {
  const manifests = await render('', ['operator.enabled=false'])
  const role = (name: string, resources: string[]) => ({
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'Role',
    metadata: { name },
    spec: {},
    rules: [{ apiGroups: ['', 'apps'], resources, verbs: ['get', 'list'] }],
  })
  const binding = (name: string) => ({
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'RoleBinding',
    metadata: { name },
    spec: {},
    roleRef: { kind: 'Role', name },
    subjects: [{ kind: 'ServiceAccount', name: 'reader' }],
  })
  const planted = [...manifests, role('pods', ['pods']), binding('pods'), binding('admin')]
  const [api] = workloadsOf(planted).filter(({ name }) => name === 'rides-api')
  assert.ok(api)
  api.pod.automountServiceAccountToken = true
  assert.deepEqual(findRbacFaults(planted, { reader: ['pods: get list'] }), [
    'Deployment rides-api: a token of the API server is mounted',
    'ServiceAccount reader may not: pods.apps: get list',
    "admin: binds Role admin, which is not the chart's",
  ])
})

test('the rules find planted faults', async () => {
  const manifests = await render()
  const [api] = workloadsOf(manifests).filter(({ name }) => name === 'rides-api')
  const [container] = api?.pod.containers ?? []
  assert.ok(api && container)
  container.securityContext = { privileged: true }
  container.image = 'chairlift:latest'
  container.resources = {}
  container.env = [{ name: 'AMQP_URL', value: 'amqp://user:password@host' }]
  delete container.livenessProbe
  delete container.lifecycle
  api.pod.hostNetwork = true
  api.pod.automountServiceAccountToken = true
  api.pod.volumes?.push({ name: 'host', hostPath: { path: '/' } })
  const without = manifests.filter(({ kind }) => kind !== 'PodDisruptionBudget' && kind !== 'ServiceAccount')
  const service = without.find(({ kind }) => kind === 'Service')
  assert.ok(service)
  service.spec['selector'] = { nobody: 'has this' }
  const found = findFaults(without).join('\n')
  const expected = [
    'privileged',
    'tag latest',
    'no requests',
    'no memory limit',
    'secret in the manifest: AMQP_URL',
    'no livenessProbe',
    'no preStop sleep',
    'a namespace of the host',
    'a token of the API server',
    'volume type hostPath',
    'may write to its root file system',
    'keeps capabilities',
    'needed there',
    'no ServiceAccount',
    'selects 0 workloads',
  ]
  for (const fault of expected) assert.ok(found.includes(fault), `${fault} was not found in:\n${found}`)
})

test('components reach each other by the paths of policy/paths and no others', async () => {
  const folder = new URL('policy/paths/', import.meta.url)
  const files = await readdir(folder)
  const texts = await Promise.all(files.map((file) => readFile(new URL(file, folder), 'utf8')))
  const expected = new Set(texts.flatMap((text) => text.trim().split('\n')))
  assert.deepEqual(findPaths(await render()), [...expected].sort())
})

test('without network policies everything is reachable, so the matrix is no accident', async () => {
  const paths = findPaths(await render('', ['networkPolicy.enabled=false']))
  assert.ok(paths.includes('loadgen -> postgres:5432'))
})
