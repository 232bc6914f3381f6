import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseHTML } from 'linkedom'
import { seededRandom } from '../statistics/random.ts'
import { compareResults } from './compare-results.ts'
import { renderComparisonTable } from './comparison-table.ts'
import { renderComparison } from './render-comparison.ts'
import { simulateResult } from './testing/simulated-result.ts'

function compare(runs: number, slowness: number, label = 'new') {
  const result = simulateResult({
    cells: [{ parameters: { build: 'old' } }, { parameters: { build: 'new' }, slowness }],
    runs: 2 * runs,
    random: seededRandom(3),
    noise: 0.01,
  })
  return compareResults(
    { result, label: 'old', where: { build: 'old' } },
    { result, label, where: { build: 'new' } },
  )
}

test('the page says in its first sentence what was found, how large it is and how sure', () => {
  const { document } = parseHTML(renderComparison(compare(6, 1.1)))
  assert.match(
    document.querySelector('.headline')?.textContent?.replaceAll('\u00a0', ' ') ?? '',
    /^▼ Worse new is worse than old in 4 of 4 comparisons, most in .+ with 8 threads: [+−][\d.]+ % \(95 %: [+−][\d.]+ % to [+−][\d.]+ %\)\. The chance of any false alarm on this page is at most 5 %\.$/,
  )
  assert.equal(document.querySelectorAll('figure svg[role="img"]').length, 3)
})

test('no difference leaves room for one and says how much; too few runs say how many it takes', () => {
  const same = renderComparisonTable(compare(6, 1), 100)
  assert.match(
    same,
    /No difference between old and new was shown in 4 comparisons\. The intervals leave room for one of at most [\d.]+ % in throughput\./,
  )
  const few = renderComparisonTable(compare(3, 1.5), 100)
  assert.match(few, /too few runs to tell: with 4 comparisons at once, .* fewer than 5 runs a side/s)
})

test('the page is one file, holds no number that is none, and hostile labels are text', () => {
  const label = `</style><script>alert(1)</script><img src=x onerror=alert(1)>"'`
  for (const page of [renderComparison(compare(5, 1.2, label)), renderComparison(compare(2, 1.2, label))]) {
    assert.doesNotMatch(page, /NaN|Infinity|undefined|\[object|<script|<img/)
    const { document } = parseHTML(page)
    assert.equal(document.querySelectorAll('script, link, img, iframe, [src]').length, 0)
    const ids = [...document.querySelectorAll('[id]')].map((element) => element.id)
    assert.equal(new Set(ids).size, ids.length)
  }
})
