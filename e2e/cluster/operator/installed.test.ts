import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { eventually } from '@chairlift/kit/testing/eventually.ts'
import { get } from '../../harness/cluster/cluster.ts'
import {
  applyDefinitions,
  openScalerLabIn,
  type ScalerLab,
} from '../../harness/cluster/operator/scaler-lab.ts'
import { installRelease, type Release, waitForPods } from '../../harness/cluster/release.ts'

describe('the operator installed alone', { timeout: 900_000 }, () => {
  let release: Release
  let lab: ScalerLab

  before(async () => {
    await applyDefinitions()
    release = await installRelease({ set: ['services.enabled=false'] })
    lab = await openScalerLabIn(release.namespace)
  })
  after(async () => {
    await lab?.[Symbol.asyncDispose]()
    await release?.[Symbol.asyncDispose]()
  })

  /** What each operator pod says of itself. */
  async function metrics(): Promise<string[]> {
    const pods = await release.pods('operator')
    return await Promise.all(
      pods.map(async ({ status }) => await (await fetch(`http://${status.podIP}:9090/metrics`)).text()),
    )
  }
  const valueOf = (text: string, name: string) =>
    Number(
      text
        .split('\n')
        .find((line) => line.startsWith(`${name}{`))
        ?.split(' ')
        .at(-1),
    )

  test('is two processes, of which one leads', async () => {
    await waitForPods(release, 'operator', 2)
    const leaders = await eventually(
      'a leader',
      async () => {
        const found = (await metrics()).map((text) => valueOf(text, 'chairlift_operator_leader'))
        return found.includes(1) && found
      },
      120_000,
      500,
    )
    assert.deepEqual(leaders.sort(), [0, 1])
    const lease = await get('lease/chairlift-operator', '--namespace', release.namespace)
    assert.match(lease.spec.holderIdentity, /^operator-/)
  })

  test('scales, writes statuses and events with no more rights than it has, and in little memory', async (t) => {
    await lab.declare('target')
    await lab.apply(
      lab.idleTarget('target'),
      lab.scaler('target', { objective: { messagesPerReplica: 100 }, maxReplicas: 8 }),
    )
    await lab.condition('target', 'Ready', 'True')
    await lab.publish('target', 800)
    await lab.scaledTo('target', 8)
    await eventually(
      'an event',
      async () => /Scaled/.test(await release.kubectl('describe', 'queuescaler', 'target')),
      60_000,
      500,
    )
    for (const text of await metrics()) {
      const megabytes = valueOf(text, 'process_resident_memory_bytes') / 1_000_000
      const leads = valueOf(text, 'chairlift_operator_leader') === 1
      t.diagnostic(`${leads ? 'leader' : 'other'}: ${megabytes.toFixed(0)} MB of memory`)
      assert.doesNotMatch(text, /chairlift_operator_api_requests_total\{[^}]*code="40[13]"/)
      // 120 MB are the aim; the allocator's mood is no fault of the operator's.
      assert.ok(megabytes <= 150, `${megabytes} MB`)
    }
  })
})
