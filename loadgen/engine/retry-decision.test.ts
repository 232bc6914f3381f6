import assert from 'node:assert/strict'
import { test } from 'node:test'
import { noRetry, reconnectDelayMs, retryDelayMs } from './retry-decision.ts'
import type { RetryPolicy } from './types.ts'

const all: RetryPolicy = { limit: 5, mode: 'all' }
const transient: RetryPolicy = { limit: 5, mode: 'transient' }
const almostOne = () => 1 - Number.EPSILON

test("mode 'all' repeats every 4xx, every 5xx and every missing answer at once, up to the limit", () => {
  for (const status of [0, 400, 404, 409, 429, 500, 503]) {
    for (let attempt = 1; attempt <= 5; attempt++) {
      assert.equal(retryDelayMs(all, { status, attempt }, almostOne), 0)
    }
    assert.equal(retryDelayMs(all, { status, attempt: 6 }, almostOne), noRetry)
  }
})

test('a limit of 0 means no retry, and a redirect is never repeated', () => {
  assert.equal(retryDelayMs({ limit: 0, mode: 'all' }, { status: 500, attempt: 1 }, almostOne), noRetry)
  for (const policy of [all, transient]) {
    assert.equal(retryDelayMs(policy, { status: 302, attempt: 1 }, almostOne), noRetry)
  }
})

test("mode 'transient' leaves out what cannot get better", () => {
  for (const status of [400, 404, 409, 413, 422]) {
    assert.equal(retryDelayMs(transient, { status, attempt: 1, retryAfter: '1' }, almostOne), noRetry)
  }
  for (const status of [0, 408, 429, 500, 502, 503]) {
    assert.notEqual(retryDelayMs(transient, { status, attempt: 1 }, almostOne), noRetry)
  }
})

test("ALB-D4 mode 'transient' backs off with full jitter: 10 ms, doubled, at most 1 s", () => {
  const policy: RetryPolicy = { limit: 12, mode: 'transient' }
  const longest = [1, 2, 3, 7, 8, 12].map((attempt) =>
    retryDelayMs(policy, { status: 500, attempt }, () => 1),
  )
  assert.deepEqual(longest, [10, 20, 40, 640, 1_000, 1_000])
  assert.equal(
    retryDelayMs(policy, { status: 500, attempt: 7 }, () => 0),
    0,
  )
})

test("mode 'transient' honours a Retry-After in seconds, up to 5 s, and ignores a date", () => {
  const delay = (retryAfter: string) =>
    retryDelayMs(transient, { status: 503, attempt: 1, retryAfter }, () => 0.5)
  assert.deepEqual(
    ['0', '2', '3600', 'Wed, 21 Oct 2026 07:28:00 GMT', '-1'].map(delay),
    [0, 2_000, 5_000, 5, 5],
  )
})

test('a refused connection is tried again after 10, 20, 40 … 500 ms', () => {
  assert.deepEqual([1, 2, 3, 6, 7, 50].map(reconnectDelayMs), [10, 20, 40, 320, 500, 500])
})
