import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nextLeaseEndMs, settledOffset } from './settlement.ts'

const nowMs = 1_000
const self = { appliedOffset: 3, leaseUntilMs: nowMs + 500 }
const holder = (appliedOffset: number, leaseUntilMs: number) => ({ appliedOffset, leaseUntilMs })

test('TOY-R3 TOY-R5: an offset, of a purchase or a restock, settles when every other holder of a lease has applied it', () => {
  const slow = holder(7, nowMs + 100)
  assert.equal(settledOffset(10, [self, slow], self, nowMs), 7)
  slow.appliedOffset = 10
  assert.equal(settledOffset(10, [self, slow], self, nowMs), 10)
})

test('nothing is settled beyond what the catalog itself has applied', () => {
  assert.equal(settledOffset(10, [self, holder(12, nowMs + 100)], self, nowMs), 10)
  assert.equal(settledOffset(10, [self], self, nowMs), 10)
})

test('TOY-R4 TOY-D18: a front end that applies nothing counts until its lease is over, and no longer', () => {
  const silent = holder(2, nowMs + 100)
  assert.equal(settledOffset(10, [self, silent], self, nowMs + 99), 2)
  assert.equal(settledOffset(10, [self, silent], self, nowMs + 100), 10)
  assert.equal(nextLeaseEndMs(10, [silent, holder(1, nowMs + 300)], nowMs), nowMs + 100)
})

test('the end of a lease changes nothing where all is applied or no lease runs', () => {
  assert.equal(nextLeaseEndMs(10, [holder(10, nowMs + 100), holder(2, nowMs)], nowMs), undefined)
})
