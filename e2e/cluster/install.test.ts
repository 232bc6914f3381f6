import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { eventually } from '@chairlift/kit/testing/eventually.ts'
import { get, helm, kubectl } from '../harness/cluster/cluster.ts'
import { chart, imageValues, installRelease, type Release, ridesAlone } from '../harness/cluster/release.ts'
import { ridesOf, waitUntilWhole } from '../harness/cluster/rides-release.ts'
import { openService } from '../harness/cluster/service-access.ts'
import { onlyRun, runRides } from '../harness/rides-experiment.ts'

describe('the chart from its installation to its end', { timeout: 900_000 }, () => {
  let release: Release
  let installSeconds: number

  before(async () => {
    const startedAt = performance.now()
    release = await installRelease({ set: [...ridesAlone, 'rides.api.autoscaling.enabled=false'] })
    installSeconds = (performance.now() - startedAt) / 1_000
  })
  after(() => release?.[Symbol.asyncDispose]())

  const logLevel = async () => {
    const { spec } = await get('deployment/rides-api', '--namespace', release.namespace)
    const env = spec.template.spec.containers[0].env as { name: string; value: string }[]
    return env.find(({ name }) => name === 'LOG_LEVEL')?.value
  }
  const url = async (skier: number) =>
    `${await release.url('rides-api')}/skiers/1/seasons/1996/days/1/skiers/${skier}`
  const readRide = async (skier: number) => await (await fetch(await url(skier))).text()
  const postRide = async (skier: number) => {
    const body = '{"time":217,"liftID":21}'
    const headers = { 'content-type': 'application/json' }
    assert.equal((await fetch(await url(skier), { method: 'POST', headers, body })).status, 201)
    await eventually('the ride is visible', async () => (await readRide(skier)) === '210', 60_000, 200)
  }

  test('all is ready in a namespace that enforces Pod Security restricted, in less than 3 GiB', async (t) => {
    const namespace = await get(`namespace/${release.namespace}`)
    assert.equal(namespace.metadata.labels?.['pod-security.kubernetes.io/enforce'], 'restricted')
    const top = await eventually(
      'the memory of all six pods is known',
      async () => {
        const lines = (await release.kubectl('top', 'pods', '--no-headers')).trim().split('\n')
        return lines.length === 6 && lines.every((line) => /\d+Mi\s*$/.test(line)) ? lines : undefined
      },
      180_000,
      1_000,
    )
    const mebibytes = top.map((line) => Number(/(\d+)Mi\s*$/.exec(line)?.[1]))
    const total = mebibytes.reduce((sum, one) => sum + one, 0)
    t.diagnostic(`installed and ready in ${installSeconds.toFixed(0)} s, ${total} MiB:`)
    for (const line of top) t.diagnostic(`  ${line}`)
    assert.ok(total < 3 * 1_024)
  })

  test('helm test posts a ride and reads it back', async () => {
    const said = await helm(['test', release.name, '--namespace', release.namespace, '--logs'])
    assert.match(said, /Phase:\s+Succeeded/)
    assert.match(said, /read back: 210 m/)
  })

  test('a wrong value is refused with its path, before anything is made', async () => {
    const wrong = helm([
      'install',
      'wrong',
      chart,
      '--namespace',
      release.namespace,
      '--set',
      'rides.api.replicaz=3',
    ])
    await assert.rejects(wrong, /\/rides\/api'?: additional properties 'replicaz' not allowed/)
    await assert.rejects(helm(['status', 'wrong', '--namespace', release.namespace]), /not found/)
  })

  test('an upgrade under load replaces every pod and fails no request; a rollback takes it back', async (t) => {
    await postRide(1)
    const before = await release.pods('rides-api')
    let isOver = false
    const upgrade = release.upgrade('logLevel=warn').finally(() => {
      isOver = true
    })
    const target = (await ridesOf(release)).url
    let [requests, retries] = [0, 0]
    do {
      const run = onlyRun(await runRides({ target, threads: 8, requests: 2_000 }))
      const posts = run.operations['writeNewLiftRide']
      assert.equal(posts?.failed, 0, JSON.stringify(posts?.byStatus))
      assert.deepEqual(
        run.verification.checks.filter(({ passed }) => !passed),
        [],
      )
      requests += run.completion.accepted
      retries += posts.retries
    } while (!isOver)
    await upgrade
    t.diagnostic(`${requests} requests during the upgrade, none failed, ${retries} retries`)
    const replaced = new Set((await release.pods('rides-api')).map(({ metadata }) => metadata.uid))
    assert.ok(before.every(({ metadata }) => !replaced.has(metadata.uid)))
    assert.equal(await logLevel(), 'warn')

    await helm([
      'rollback',
      release.name,
      '1',
      '--namespace',
      release.namespace,
      '--wait',
      '--timeout',
      '300s',
    ])
    assert.equal(await logLevel(), 'info')
    await waitUntilWhole(release)
    assert.equal(await readRide(1), '210')
    await postRide(2)
  })

  test('helm uninstall leaves the volumes and their Secrets, and an installation finds the data again', async () => {
    await helm(['uninstall', release.name, '--namespace', release.namespace, '--wait', '--timeout', '180s'])
    const kinds = (await kubectl(['api-resources', '--namespaced', '--verbs=list', '--output=name'])).trim()
    const label = `app.kubernetes.io/instance=${release.name}`
    const leftOver = async () => {
      const names = await release.kubectl(
        'get',
        kinds.split('\n').join(','),
        '--selector',
        label,
        '--ignore-not-found',
        '--output=name',
      )
      return names.trim().split('\n').sort()
    }
    const kept = [
      'persistentvolumeclaim/data-postgres-0',
      'persistentvolumeclaim/data-rabbitmq-0',
      'secret/postgres',
      'secret/rabbitmq',
    ]
    await eventually(
      'nothing else is left',
      async () => (await leftOver()).join() === kept.join(),
      120_000,
      1_000,
    ).catch(async () => assert.deepEqual(await leftOver(), kept))

    const set = [...imageValues(), ...ridesAlone, 'rides.api.autoscaling.enabled=false'].flatMap((value) => [
      '--set',
      value,
    ])
    const wait = ['--namespace', release.namespace, '--wait', '--timeout', '300s']
    await helm(['install', release.name, chart, ...wait, ...set], { timeoutMs: 360_000 })
    // The Service is another one now.
    await using access = await openService(release.namespace, 'rides-api', 8080)
    const read = async () => await (await fetch(`${access.url}/skiers/1/seasons/1996/days/1/skiers/1`)).text()
    await eventually('the old ride is read again', async () => (await read()) === '210', 60_000, 200)
  })
})
