import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Result } from '../result/result-schema.ts'
import { makeExampleResult } from '../result/testing/example-result.ts'
import { writeHeadline } from './headline.ts'

const sound = makeExampleResult({ threads: [1, 8], requests: 2000 })
const troubled = makeExampleResult({ threads: [1, 8], requests: 2000, troubled: true })

test('a passed experiment names its best run in words of everyday', () => {
  assert.match(
    writeHeadline(sound),
    /^The service completed up to [\d,]+ requests per second with 8 threads, answering 99 % of them within [\d.]+ ms\. Every check of the data held in all 2 runs\.$/,
  )
})

test('wrong data comes before everything else and shows the first difference', () => {
  assert.match(
    writeHeadline(troubled),
    /^A check failed after 2 of 2 runs: “every accepted ride is stored exactly once” \(expected 1,996, found 1,993\)/,
  )
  const unchecked: Result = {
    ...sound,
    verdict: 'verification-failed',
    runs: sound.runs.map((run) => ({ ...run, verification: { passed: true, checks: [] } })),
  }
  assert.match(writeHeadline(unchecked), /^Nobody checked the data after 2 of 2 runs/)
})

test('an untrustworthy generator and a missed objective are told apart', () => {
  assert.match(
    writeHeadline({ ...troubled, verdict: 'generator-invalid' }),
    /the load generator itself was the limit in 2 of 2 runs; do not use those figures\.$/,
  )
  assert.match(
    writeHeadline({ ...troubled, verdict: 'objective-missed' }),
    /^The data was right, but 2 of 2 runs missed an objective, for example errorRate 0\.20 % instead of 0\.10 % with 1 thread\.$/,
  )
})

test('an experiment that ended early says why', () => {
  const failed: Result = { ...sound, runs: [], failure: 'connection refused' }
  assert.match(
    writeHeadline({ ...failed, verdict: 'target-unreachable' }),
    /nothing was measured: connection refused\.$/,
  )
  assert.match(
    writeHeadline({ ...failed, verdict: 'internal-error' }),
    /error in Chairlift itself: connection refused\.$/,
  )
  const stopped = writeHeadline({ ...failed, verdict: 'internal-error', failure: 'interrupted' })
  assert.equal(stopped, 'The experiment was interrupted before its end.')
})
