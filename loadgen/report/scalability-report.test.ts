import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseHTML } from 'linkedom'
import type { Result } from '../result/result-schema.ts'
import { makeExampleResult } from '../result/testing/example-result.ts'
import { randomNormal, seededRandom } from '../statistics/random.ts'
import { predictThroughput } from '../statistics/scalability-law.ts'
import { renderReport } from './render-report.ts'
import { renderSummary } from './sections/summary-section.ts'

/** A sweep whose throughput follows a law with a peak near 98 threads. */
function sweep(threads: number[], kappa: number): Result {
  const random = seededRandom(2)
  const example = makeExampleResult({ threads, requests: 400, repetitions: 2 })
  return {
    ...example,
    runs: example.runs.map((run) => ({
      ...run,
      throughput: {
        ...run.throughput,
        plateauPerSecond:
          predictThroughput({ lambda: 900, sigma: 0.04, kappa }, run.threads) *
          Math.exp(0.02 * randomNormal(random)),
      },
    })),
  }
}

/** Only the part of the page that is looked at: charts of single runs take their time. */
function parseSummary(result: Result) {
  return parseHTML(`<html><body>${renderSummary(result, 0).text}</body></html>`).document
}

function textOf(result: Result): string {
  return parseSummary(result).querySelector('#summary')?.textContent ?? ''
}

test('a sweep from 1 thread on shows the fitted law with its peak and intervals', () => {
  const document = parseSummary(sweep([1, 2, 4, 8, 16, 32, 64, 128, 256], 1e-4))
  assert.ok(
    [...document.querySelectorAll('figcaption strong')].some((title) => title.textContent === 'Scalability'),
  )
  const text = document.querySelector('#summary')?.textContent ?? ''
  const peak = /throughput is highest with (\d+) threads \(95 %: (\d+) to (\d+)\)/.exec(text)
  assert.ok(peak, text)
  const [threads, low, high] = peak.slice(1).map(Number) as [number, number, number]
  assert.ok(low <= threads && threads <= high && threads > 85 && threads < 115)
  assert.doesNotMatch(document.toString(), /NaN|Infinity|undefined/)
})

test('κ is not printed when its interval holds 0', () => {
  const text = textOf(sweep([1, 2, 4, 8, 16, 32, 64, 128, 256], 0))
  assert.match(text, /crosstalk: cannot be told from 0 in this sweep/)
  assert.doesNotMatch(text, /throughput is highest with/)
})

test('a sweep that begins late says why there is no law, and an untrusted one has none', () => {
  assert.match(textOf(sweep([64, 128, 256, 512], 0)), /only to sweeps that begin at 1 thread/)
  const invalid = sweep([1, 2, 4, 8, 16, 32, 64], 0)
  const runs = invalid.runs.map((run) => ({ ...run, validity: { verdict: 'invalid' as const, reasons: [] } }))
  assert.doesNotMatch(textOf({ ...invalid, runs }), /Scalability/)
})

test('five repetitions have medians with intervals, and varied parameters have lines of their own', () => {
  const example = makeExampleResult({ threads: [1, 8], requests: 300, repetitions: 5 })
  const runs = [true, false].flatMap((keys) => example.runs.map((run) => ({ ...run, parameters: { keys } })))
  const document = parseSummary({ ...example, runs })
  const table = [...document.querySelectorAll('table')].find((found) =>
    found.getAttribute('aria-label')?.startsWith('Medians of the runs'),
  )
  const rows = [...(table?.querySelectorAll('tbody tr') ?? [])].map((row) => row.textContent)
  assert.equal(rows.length, 4)
  assert.match(rows[0] ?? '', /^1 · keys=true5[\d,.]+ \([\d,.]+–[\d,.]+\)/)
  const legend = [...document.querySelectorAll('#summary figure:first-child .legend li')].map(
    (entry) => entry.textContent,
  )
  assert.deepEqual(legend, ['keys=true', 'keys=false'])
})

test('of hundreds of runs only the first are shown one by one, and the page says so', () => {
  const example = makeExampleResult({ threads: [8], requests: 100 })
  const runs = Array.from({ length: 60 }, (_, index) => ({
    ...(example.runs[0] as Result['runs'][0]),
    repetition: index + 1,
  }))
  const page = renderReport({ ...example, runs })
  const { document } = parseHTML(page)
  assert.equal(document.querySelectorAll('section.run').length, 20)
  assert.match(page, /Only the first 20 of 60 runs are shown one by one/)
  assert.equal(document.querySelectorAll('#summary .scroll:first-of-type tbody tr').length >= 60, true)
})
