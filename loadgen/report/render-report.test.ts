import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseHTML } from 'linkedom'
import type { Result } from '../result/result-schema.ts'
import { makeExampleResult } from '../result/testing/example-result.ts'
import { renderReport } from './render-report.ts'

function parse(page: string) {
  return parseHTML(page).document
}

const sweep = makeExampleResult({ threads: [1, 8, 64], requests: 4000, withFaults: true })

test('the report is one file: no script, no link, image or style from anywhere, and a policy that forbids them', () => {
  const page = renderReport(sweep)
  const document = parse(page)
  assert.equal(
    document.querySelectorAll('script, link, img, iframe, object, embed, base, [src], [srcset]').length,
    0,
  )
  assert.doesNotMatch(page, /@import|@font-face|url\(/)
  const addresses = [...document.querySelectorAll('[href]')].map((link) => link.getAttribute('href') ?? '')
  assert.ok(addresses.length > 0 && addresses.every((address) => address.startsWith('#')))
  const policy = document.querySelector('meta[http-equiv="Content-Security-Policy"]')
  assert.match(policy?.getAttribute('content') ?? '', /^default-src 'none'; style-src 'unsafe-inline'$/)
})

test('every link leads to a place in the page and every id is used once', () => {
  const document = parse(renderReport(sweep))
  const ids = [...document.querySelectorAll('[id]')].map((element) => element.id)
  assert.equal(new Set(ids).size, ids.length)
  for (const link of document.querySelectorAll('[href]'))
    assert.ok(ids.includes((link.getAttribute('href') ?? '').slice(1)), `${link.getAttribute('href')}`)
})

test('each figure has a caption, a chart with title and description, and its data', () => {
  const figures = [...parse(renderReport(sweep)).querySelectorAll('figure')]
  assert.equal(figures.length, 2 + 3 * 6)
  for (const figure of figures) {
    assert.ok(figure.querySelector('figcaption strong')?.textContent)
    const chart = figure.querySelector('svg[role="img"]')
    const [title, description] = (chart?.getAttribute('aria-labelledby') ?? '').split(' ')
    assert.ok(chart?.querySelector(`#${title}`)?.textContent)
    assert.ok(chart?.querySelector(`#${description}`)?.textContent)
    assert.ok(chart?.hasAttribute('viewBox') && !chart.hasAttribute('width'))
    assert.ok(figure.querySelectorAll('details tbody tr').length > 0)
  }
})

test('the figures asked for are there: requests, latency, distribution and queue over time, threads against both', () => {
  const titles = [...parse(renderReport(sweep)).querySelectorAll('figcaption strong')].map(
    (title) => title.textContent,
  )
  assert.deepEqual(titles.slice(0, 8), [
    'Threads against throughput',
    'Threads against latency',
    'Requests per second',
    'Latency over time',
    'Latency distribution',
    'Queue depth',
    'Events waiting',
    'Processes',
  ])
})

test('charts hold no number that is none', () => {
  assert.doesNotMatch(renderReport(sweep), /NaN|Infinity|undefined|\[object/)
  assert.doesNotMatch(renderReport(withoutMeasurements()), /NaN|Infinity|undefined|\[object/)
})

test('every colour of a chart is a variable that is defined for light and for dark', () => {
  const page = renderReport(sweep)
  const used = new Set(page.match(/var\(--[a-z0-9-]+\)/g)?.map((use) => use.slice(4, -1)))
  assert.ok(used.size > 8)
  for (const name of used) assert.equal(page.split(`${name}:`).length - 1, 2, name)
})

const hostile = `</title></style></script><script>alert(1)</script><img src=x onerror=alert(1)>"'\`&amp;\u0000\u001b[31m`

test('hostile names from files and services are text and nothing else', () => {
  const result = makeExampleResult({
    threads: [2, 4],
    requests: 400,
    operations: [hostile, 'b'],
    name: hostile,
    withFaults: true,
    troubled: true,
  })
  const attacked: Result = {
    ...result,
    failure: hostile,
    experiment: { ...result.experiment, workload: hostile, parameters: { [hostile]: hostile } },
    environment: { ...result.environment, node: hostile, cpuModel: hostile, backing: { [hostile]: hostile } },
    runs: result.runs.map((run) => ({
      ...run,
      series: run.series.map((second) => ({ ...second, replicas: { [hostile]: 1 } })),
      events: [{ atSeconds: 0, kind: 'fault' as const, what: hostile }],
      verification: {
        passed: false,
        checks: [
          { id: hostile, name: hostile, passed: false, expected: hostile, actual: hostile, detail: hostile },
        ],
      },
      validity: { verdict: 'invalid' as const, reasons: [hostile] },
      objectives: run.objectives.map((objective) => ({ ...objective, name: hostile })),
      cpu: { secondsPer1000Completed: { [hostile]: 1 } },
    })),
  }
  for (const verdict of [
    'verification-failed',
    'target-unreachable',
    'internal-error',
    'objective-missed',
  ] as const) {
    const page = renderReport({ ...attacked, verdict })
    assert.doesNotMatch(page, /<script|<img|onerror=alert\(1\)>|[\0\x1b]/)
    assert.equal(parse(page).querySelectorAll('script, img').length, 0)
    assert.equal(page.match(/<style>/g)?.length, 1)
  }
})

/** A run in which the broker, the service and the clock told nothing. */
function withoutMeasurements(): Result {
  const result = makeExampleResult({ threads: [3], requests: 20 })
  const none = { min: null, mean: null, p50: null, p90: null, p95: null, p99: null, p999: null, max: null }
  return {
    ...result,
    runs: result.runs.map((run) => {
      const { cpu: _, ...rest } = run
      return {
        ...rest,
        operations: {
          write: {
            ...{
              count: 0,
              ok: 0,
              failed: 0,
              unsent: 0,
              retries: 0,
              attempts: 0,
              byStatus: {},
              noAnswer: {},
              throughput: 0,
            },
            latencyMs: none,
            failedLatencyMs: null,
            histogram: { unit: 'us', count: 0, sumUs: 0, minUs: null, maxUs: null, buckets: [] },
          },
        },
        series: [],
        completion: { lagSeconds: null, completedPerSecond: null, accepted: 0, visible: null },
        queue: { maxDepth: null, plateauSlope: null, plateau: null, drainSeconds: null, samples: [] },
        littlesLaw: null,
        objectives: [],
      }
    }),
  }
}

test('what was not measured is shown as unknown, never as zero', () => {
  const page = renderReport(withoutMeasurements())
  assert.match(page, /Queue depth was not measured/)
  const cells = [...parse(page).querySelectorAll('#summary tbody td')].map((cell) => cell.textContent)
  assert.deepEqual(cells.slice(1, 5), ['–', '–', '–', '–'])
})

test('an experiment that never ran still gives a report that says why', () => {
  const page = renderReport({
    ...sweep,
    runs: [],
    verdict: 'target-unreachable',
    exitCode: 97,
    failure: 'connection refused for 15 s',
  })
  assert.match(page, /could not be reached, so nothing was measured: connection refused for 15 s/)
})

test('an hour of seconds is thinned in the tables and says so', () => {
  const [run] = makeExampleResult({ threads: [1], requests: 3000 }).runs
  assert.ok(run?.series[0])
  const second = run.series[0]
  const series = Array.from({ length: 3600 }, (_, index) => ({ ...second, second: index }))
  const page = renderReport({ ...sweep, runs: [{ ...run, wallSeconds: 3600, series }] })
  assert.match(page, /1 of 15 rows; all are in result\.json/)
  assert.equal(parse(page).querySelectorAll('#run-1 figure:first-child details tbody tr').length, 240)
})
