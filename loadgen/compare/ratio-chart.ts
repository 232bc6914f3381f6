import * as Plot from '@observablehq/plot'
import { parseHTML } from 'linkedom'
import { escapeHtml, type Markup, trustMarkup } from '../report/html.ts'
import { formatChange } from './write-finding.ts'

/** One line of the chart. */
export interface RatioRow {
  label: string
  ratio: number
  interval: { low: number; high: number } | null
  finding: 'better' | 'worse' | 'no-difference' | 'undecidable'
}

const width = 960
const rowHeight = 26
const marginTop = 34

const colours = {
  better: 'var(--good)',
  worse: 'var(--bad)',
  'no-difference': 'var(--soft)',
  undecidable: 'var(--soft)',
} as const
const symbols = {
  better: 'triangle',
  worse: 'square',
  'no-difference': 'circle',
  undecidable: 'circle',
} as const

/** Ratios of B to A with their intervals, one below the other, around the line of no difference. */
export function drawRatios(id: string, title: string, rows: readonly RatioRow[]): Markup {
  const { document } = parseHTML('<!doctype html><html><body></body></html>')
  const percent = (ratio: number) => (ratio - 1) * 100
  const all = rows.flatMap(({ ratio, interval }) => [ratio, interval?.low ?? ratio, interval?.high ?? ratio])
  const reach = Math.max(2, ...all.map((ratio) => Math.abs(percent(ratio)))) * 1.08
  const labels = rows.map(({ label }) => label)
  const svg = Plot.plot({
    document,
    width,
    height: marginTop + 44 + rows.length * rowHeight,
    marginLeft: 270,
    marginRight: 24,
    marginTop,
    marginBottom: 44,
    style: { fontSize: '13px' },
    x: { domain: [-reach, reach] },
    y: { domain: labels, type: 'point', padding: 0.6 },
    marks: [
      Plot.axisX({
        label: 'change from A to B, %',
        labelAnchor: 'center',
        labelOffset: 38,
        labelArrow: 'none',
        tickSize: 4,
        ticks: 8,
        text: (value: number) => `${value > 0 ? '+' : value < 0 ? '−' : ''}${Math.abs(value)}`,
      }),
      Plot.axisY({ label: null, tickSize: 0, tickPadding: 10 }),
      Plot.ruleX([0], { stroke: 'var(--ink)', strokeWidth: 1 }),
      Plot.ruleY(
        rows.filter(({ interval }) => interval !== null),
        {
          y: 'label',
          x1: ({ interval, ratio }: RatioRow) => percent(interval?.low ?? ratio),
          x2: ({ interval, ratio }: RatioRow) => percent(interval?.high ?? ratio),
          stroke: ({ finding }: RatioRow) => colours[finding],
          strokeWidth: 2.5,
        },
      ),
      ...(['better', 'worse', 'no-difference', 'undecidable'] as const).map((finding) =>
        Plot.dot(
          rows.filter((row) => row.finding === finding),
          {
            y: 'label',
            x: ({ ratio }: RatioRow) => percent(ratio),
            fill: colours[finding],
            symbol: symbols[finding],
            r: 5,
          },
        ),
      ),
    ],
  })
  svg.removeAttribute('width')
  svg.removeAttribute('height')
  svg.querySelector('style')?.remove()
  svg.setAttribute('class', 'chart')
  svg.setAttribute('role', 'img')
  svg.setAttribute('aria-labelledby', `${id}-title ${id}-description`)
  const description = rows.map(({ label, ratio }) => `${label}: ${formatChange(ratio)}`).join('; ')
  const text = `<title id="${id}-title">${escapeHtml(title)}</title><desc id="${id}-description">${escapeHtml(description)}</desc>`
  return trustMarkup(svg.outerHTML.replace(/^<svg[^>]*>/, (start: string) => start + text))
}
