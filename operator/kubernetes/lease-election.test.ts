import assert from 'node:assert/strict'
import { test } from 'node:test'
import { defaultElectionTimes, mayAcquire, observe, releasedLease, takenLease } from './lease-election.ts'
import type { Lease } from './objects.ts'

const empty: Lease = { metadata: { name: 'lease', resourceVersion: '1' } }
const now = new Date('2026-01-02T03:04:05.678Z')
const held = takenLease(empty, 'a', 12_000, now)

test('a lease is written with microseconds and counts its holders', () => {
  assert.deepEqual(held.spec, {
    holderIdentity: 'a',
    leaseDurationSeconds: 12,
    acquireTime: '2026-01-02T03:04:05.678000Z',
    renewTime: '2026-01-02T03:04:05.678000Z',
    leaseTransitions: 1,
  })
  const renewed = takenLease(held, 'a', 12_000, new Date('2026-01-02T03:04:07.000Z'))
  assert.equal(renewed.spec?.acquireTime, held.spec?.acquireTime)
  assert.equal(renewed.spec?.renewTime, '2026-01-02T03:04:07.000000Z')
  assert.equal(renewed.spec?.leaseTransitions, 1)
  assert.equal(takenLease(renewed, 'b', 12_000, now).spec?.leaseTransitions, 2)
})

test('another’s lease is taken only when it was seen unchanged for its whole duration, whatever its clock says', () => {
  for (const skewMs of [-3_600_000, 0, 3_600_000]) {
    const skewed = takenLease(empty, 'a', 12_000, new Date(now.getTime() + skewMs))
    const seen = observe(undefined, skewed, 1_000)
    assert.equal(mayAcquire(skewed, seen, 'b', 1_000), false)
    assert.equal(mayAcquire(skewed, seen, 'b', 12_999), false)
    assert.equal(mayAcquire(skewed, seen, 'b', 13_000), true)
  }
})

test('a renewal begins the wait anew, a look without news does not', () => {
  const first = observe(undefined, held, 1_000)
  assert.equal(observe(first, held, 5_000).atMs, 1_000)
  const renewed = { ...held, metadata: { ...held.metadata, resourceVersion: '2' } }
  assert.equal(observe(first, renewed, 6_000).atMs, 6_000)
})

test('one’s own lease and one given back are taken at once', () => {
  const seen = observe(undefined, held, 1_000)
  assert.equal(mayAcquire(held, seen, 'a', 1_000), true)
  const released = releasedLease(held, now)
  assert.equal(mayAcquire(released, observe(undefined, released, 1_000), 'b', 1_000), true)
  assert.equal(mayAcquire(empty, observe(undefined, empty, 1_000), 'b', 1_000), true)
})

test('the times keep the order that separates two leaders, and a successor in time', () => {
  const { leaseMs, renewDeadlineMs, renewMs, pollMs } = defaultElectionTimes
  assert.ok(leaseMs > renewDeadlineMs && renewDeadlineMs > 3 * renewMs)
  assert.ok(leaseMs + 2 * 1.2 * pollMs < 17_000)
})
