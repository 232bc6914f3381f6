import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Histogram } from '../../histogram/histogram.ts'
import { encodeHistogram } from '../../histogram/sparse-histogram.ts'
import { latencyAxis, logarithmicTicks, zeroBasedAxis } from './axes.ts'
import { drawChart, seriesStyles } from './draw-chart.ts'
import { listPercentiles, tracePercentiles } from './latency-distribution.ts'

const positive = fc.double({ min: 0.01, max: 1e6, noNaN: true })

test('logarithmic ticks rise and enclose their range', () => {
  fc.assert(
    fc.property(positive, positive, (a, b) => {
      const [least, most] = [Math.min(a, b), Math.max(a, b)]
      const ticks = logarithmicTicks(least, most)
      assert.ok((ticks[0] ?? Infinity) <= least && (ticks.at(-1) ?? 0) >= most, `${ticks}`)
      assert.ok(ticks.every((tick, index) => tick > (ticks[index - 1] ?? 0)))
      assert.ok(ticks.length <= 12)
    }),
  )
})

test('latencies of one size start at zero, those of many sizes are logarithmic', () => {
  assert.equal(latencyAxis('ms', [5, 90, null]).scale, 'linear')
  assert.equal(latencyAxis('ms', [5, 110]).scale, 'log')
  assert.deepEqual(latencyAxis('ms', [null]).domain, [0, 1])
  assert.deepEqual(zeroBasedAxis('x', [0, 7]).domain, [0, 7])
})

test('a percentile curve rises from the fastest to the slowest sample and claims no more than the samples show', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 5_000_000 }), { minLength: 1, maxLength: 300 }),
      (samples) => {
        const histogram = new Histogram()
        for (const sample of samples) histogram.record(sample)
        const points = tracePercentiles({ histogram: encodeHistogram(histogram) })
        assert.ok(points.every(({ nines }) => nines >= 1 && nines <= samples.length))
        assert.ok(points.every(({ latencyMs }, index) => latencyMs >= (points[index - 1]?.latencyMs ?? 0)))
        assert.ok((points.at(-1)?.latencyMs ?? 0) <= Math.max(...samples) / 1000)
        assert.equal(
          listPercentiles({ histogram: encodeHistogram(histogram) }).at(-1),
          Math.max(...samples) / 1000,
        )
      },
    ),
  )
})

test('a percentile that the samples are too few for is unknown', () => {
  const histogram = new Histogram()
  assert.ok(listPercentiles({ histogram: encodeHistogram(histogram) }).every((value) => value === null))
  for (let us = 1; us <= 999; us++) histogram.record(us)
  const [p50, , , , p99, p999, p9999, all] = listPercentiles({ histogram: encodeHistogram(histogram) })
  assert.deepEqual([p50, p99, p999, p9999, all], [0.5, 0.99, null, null, 0.999])
})

test('a value that was not measured is a gap in the line', () => {
  const points = [3, 4, null, 6, 7].map((y, x) => ({ x, y }))
  const axis = zeroBasedAxis('y', [7])
  const svg = drawChart({
    ...{ id: 'c', title: 't', description: 'd', x: axis, y: axis },
    series: [{ name: 'a', style: seriesStyles[0], points }],
  }).text
  const path = /<g [^>]*aria-label="line"><path d="([^"]+)"/.exec(svg)?.[1] ?? ''
  assert.equal(path.split('M').length - 1, 2, svg)
})

test('every label of a logarithmic axis is drawn', () => {
  const axis = latencyAxis('ms', [0.7, 90])
  const svg = drawChart({
    ...{ id: 'c', title: 't', description: 'd', x: zeroBasedAxis('x', [1]), y: axis },
    series: [
      {
        name: 'a',
        style: seriesStyles[0],
        points: [
          { x: 0, y: 0.7 },
          { x: 1, y: 90 },
        ],
      },
    ],
  }).text
  for (const label of ['0.5', '1', '2', '5', '10', '20', '50', '100'])
    assert.match(svg, new RegExp(`>${label}</text>`))
})
