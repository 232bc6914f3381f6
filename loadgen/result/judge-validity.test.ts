import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { judgeValidity, type ValidityInputs } from './judge-validity.ts'

const quiet: ValidityInputs = {
  eventLoopUtilisationMax: 0.3,
  samples: 100_000,
  latencyP50Ms: 5,
  latencyP99Ms: 20,
  scheduleLagP99Ms: null,
  dropped: 0,
  littlesLawGap: 0.01,
  throttledMs: null,
  gcLongestPauseMs: 1,
  itemWaits: 0,
}

test('a quiet generator is valid, without reasons', () => {
  assert.deepEqual(judgeValidity(quiet), { verdict: 'valid', reasons: [] })
})

const doubts: [Partial<ValidityInputs>, 'valid' | 'warn' | 'invalid', RegExp][] = [
  [{ eventLoopUtilisationMax: 0.6 }, 'valid', /^$/],
  [{ eventLoopUtilisationMax: 0.61 }, 'warn', /event loop was up to 61\.0 % busy/],
  [{ eventLoopUtilisationMax: 0.8 }, 'warn', /80\.0 %/],
  [{ eventLoopUtilisationMax: 0.81 }, 'invalid', /81\.0 % busy \(limit 80 %\)/],
  [{ eventLoopUtilisationMax: Number.NaN }, 'invalid', /busy/],
  [{ scheduleLagP99Ms: 0.5 }, 'valid', /^$/],
  [{ scheduleLagP99Ms: 0.51 }, 'invalid', /0\.51 ms or more behind schedule.*5\.00 ms/],
  [{ dropped: 3 }, 'warn', /3 scheduled requests were never sent/],
  [{ littlesLawGap: null }, 'valid', /^$/],
  [{ littlesLawGap: 0.0199 }, 'valid', /^$/],
  [{ littlesLawGap: 0.02 }, 'warn', /2\.0 % of their time/],
  [{ littlesLawGap: 0.1 }, 'invalid', /10\.0 % of their time/],
  [{ throttledMs: 0 }, 'valid', /^$/],
  [{ throttledMs: 0.2 }, 'invalid', /CPU quota stopped the load generator for 0\.20 ms/],
  [{ gcLongestPauseMs: 20 }, 'valid', /^$/],
  [{ gcLongestPauseMs: 21 }, 'warn', /paused the load generator for 21 ms/],
  [{ itemWaits: 1 }, 'invalid', /RID-I8/],
  [{ samples: 1000 }, 'valid', /^$/],
  [{ samples: 999 }, 'warn', /only 999 requests/],
  [{ samples: 0, latencyP50Ms: null, latencyP99Ms: null }, 'invalid', /no request was measured/],
]
for (const [inputs, verdict, reason] of doubts)
  test(`the generator is ${verdict} with ${JSON.stringify(inputs)}`, () => {
    const judged = judgeValidity({ ...quiet, ...inputs })
    assert.equal(judged.verdict, verdict)
    assert.match(judged.reasons.join('\n'), reason)
  })

test('more load on the generator never makes its verdict better', () => {
  const rank = { valid: 0, warn: 1, invalid: 2 }
  const worse = fc.double({ min: 0, max: 1, noNaN: true })
  fc.assert(
    fc.property(worse, worse, worse, worse, (utilisation, moreUtilisation, gap, moreGap) => {
      const before = { ...quiet, eventLoopUtilisationMax: utilisation, littlesLawGap: gap }
      const after = {
        ...quiet,
        eventLoopUtilisationMax: utilisation + moreUtilisation,
        littlesLawGap: gap + moreGap,
      }
      assert.ok(rank[judgeValidity(after).verdict] >= rank[judgeValidity(before).verdict])
    }),
  )
})

test('every verdict but valid has a reason (property)', () => {
  const anything = fc.record({
    eventLoopUtilisationMax: fc.double(),
    samples: fc.nat(),
    latencyP50Ms: fc.option(fc.double({ min: 0 })),
    latencyP99Ms: fc.option(fc.double({ min: 0 })),
    scheduleLagP99Ms: fc.option(fc.double({ min: 0 })),
    dropped: fc.nat(3),
    littlesLawGap: fc.option(fc.double()),
    throttledMs: fc.option(fc.double({ min: 0 })),
    gcLongestPauseMs: fc.double({ min: 0 }),
    itemWaits: fc.nat(3),
  })
  fc.assert(
    fc.property(anything, (inputs) => {
      const { verdict, reasons } = judgeValidity(inputs)
      assert.equal(verdict === 'valid', reasons.length === 0)
    }),
  )
})
