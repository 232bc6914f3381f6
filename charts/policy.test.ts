import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Manifest, workloadsOf } from './policy/manifest.ts'
import { findPodFaults, findServingFaults } from './policy/pod-rules.ts'
import { findPaths } from './policy/reachability.ts'
import { findReleaseFaults } from './policy/release-rules.ts'
import { valuesFiles } from './testing/chart-tools.ts'
import { render } from './testing/render.ts'

function findFaults(manifests: readonly Manifest[]): string[] {
  const ofPods = workloadsOf(manifests).flatMap((workload) =>
    [...findPodFaults(workload), ...findServingFaults(workload)].map((fault) => `${workload.name}: ${fault}`),
  )
  return [...ofPods, ...findReleaseFaults(manifests)]
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

test('components reach each other by these paths and no others', async () => {
  assert.deepEqual(findPaths(await render('', ['valkey.create=true'])), [
    'helm-test -> rides-api:8080',
    'loadgen -> rabbitmq:5672',
    'loadgen -> rides-api:8080',
    'rides-api -> postgres:5432',
    'rides-api -> rabbitmq:5672',
    'rides-writer -> postgres:5432',
    'rides-writer -> rabbitmq:5672',
  ])
})

test('without network policies everything is reachable, so the matrix is no accident', async () => {
  const paths = findPaths(await render('', ['networkPolicy.enabled=false']))
  assert.ok(paths.includes('loadgen -> postgres:5432'))
})
