import assert from 'node:assert/strict'
import { test } from 'node:test'
import { capturedLog } from '@chairlift/kit/testing/captured-log.ts'
import { eventually } from '@chairlift/kit/testing/eventually.ts'
import { startFakeApiServer } from '../testing/fake-api-server.ts'
import { FakeLease } from '../testing/fake-lease.ts'
import { createApiClient } from './api-client.ts'
import { NotLeader } from './api-error.ts'
import type { ElectionTimes } from './lease-election.ts'
import { LeaseElector } from './lease-elector.ts'

// Wide enough that a busy machine does not make a healthy leader miss its deadline.
const times: ElectionTimes = { leaseMs: 6_000, renewDeadlineMs: 4_000, renewMs: 200, pollMs: 100 }

async function election(...identities: string[]) {
  const lease = new FakeLease()
  const server = await startFakeApiServer((call) => lease.answer(call))
  const candidates = new Map<string, LeaseElector>()
  const lost: string[] = []
  /** Pairs of candidates that thought both that they may write. */
  const doubles: string[] = []
  const check = () => {
    const writers = [...candidates].filter(([, elector]) => elector.mayWrite()).map(([name]) => name)
    if (writers.length > 1) doubles.push(writers.join())
  }
  for (const identity of identities)
    candidates.set(
      identity,
      new LeaseElector({
        client: createApiClient(server.access),
        namespace: 'test',
        name: 'lease',
        identity,
        times,
        log: capturedLog().log,
        onElected: check,
        onLost: (reason) => lost.push(`${identity}: ${reason}`),
      }),
    )
  const watching = setInterval(check, 5)
  return {
    lease,
    server,
    lost,
    doubles,
    get: (identity: string) => candidates.get(identity) as LeaseElector,
    leads: (identity: string) =>
      eventually(`${identity} leads`, () => candidates.get(identity)?.mayWrite(), 60_000),
    async [Symbol.asyncDispose]() {
      clearInterval(watching)
      lease.hanging = lease.refusing = undefined
      await Promise.all([...candidates.values()].map((elector) => elector.stop()))
      await server[Symbol.asyncDispose]()
    },
  }
}

test('one of three candidates leads, and gives the lease back when it stops', async () => {
  await using electing = await election('a', 'b', 'c')
  for (const identity of ['a', 'b', 'c']) electing.get(identity).start()
  const [first = ''] = await eventually(
    'a leader',
    () => electing.lease.holders.length > 0 && electing.lease.holders,
  )
  await electing.leads(first)
  await electing.get(first).stop()
  assert.equal(electing.get(first).mayWrite(), false)
  await eventually('a successor', () => electing.lease.holders.length === 2)
  assert.equal(electing.lease.present?.spec?.leaseTransitions, 2)
  assert.deepEqual([electing.lost, electing.doubles], [[], []])
})

for (const fault of ['hanging', 'refusing'] as const)
  test(`a leader whose renewals are ${fault} stops writing before its successor begins`, async () => {
    await using electing = await election('old', 'new')
    electing.get('old').start()
    await electing.leads('old')
    electing.get('new').start()
    electing.lease[fault] = 'old'
    await electing.leads('new')
    assert.equal(electing.get('old').mayWrite(), false)
    await eventually('the old leader knows', () => electing.lost.length === 1)
    assert.deepEqual(electing.lease.holders, ['old', 'new'])
    assert.deepEqual(electing.doubles, [])
  })

test('a leader survives a label that somebody puts on the lease', async () => {
  await using electing = await election('a')
  electing.get('a').start()
  await electing.leads('a')
  const version = () => Number(electing.lease.present?.metadata.resourceVersion ?? 0)
  electing.lease.label()
  const labelled = version()
  await eventually('a renewal after the label', () => version() > labelled)
  assert.equal(electing.get('a').mayWrite(), true)
  assert.deepEqual(electing.lost, [])
})

test('a leader whose lease was taken by another ends at once', async () => {
  await using electing = await election('a')
  electing.get('a').start()
  await electing.leads('a')
  const body = {
    ...electing.lease.present,
    spec: { ...electing.lease.present?.spec, holderIdentity: 'thief' },
  }
  await eventually('the theft', async () => {
    const path = '/apis/coordination.k8s.io/v1/namespaces/test/leases/lease'
    const present = { ...body, metadata: { ...electing.lease.present?.metadata } }
    await createApiClient(electing.server.access).request('PUT', path, { body: present })
    return true
  })
  await eventually('it knows', () => electing.lost.length === 1)
  assert.match(electing.lost[0] ?? '', /held by "thief"/)
  assert.equal(electing.get('a').mayWrite(), false)
})

test('a fenced client reads but does not write without the lease', async () => {
  await using electing = await election('a')
  const fenced = createApiClient(electing.server.access).fenced(() => electing.get('a').mayWrite())
  await assert.rejects(fenced.request('PATCH', '/things/1', { body: {} }), NotLeader)
  assert.deepEqual(electing.server.calls, [])
  electing.get('a').start()
  await electing.leads('a')
  await assert.doesNotReject(fenced.request('GET', '/apis/coordination.k8s.io/v1/leases/lease'))
})
