import * as Plot from '@observablehq/plot'
import { parseHTML } from 'linkedom'
import { escapeHtml, type Markup, trustMarkup } from '../html.ts'
import type { Axis } from './axes.ts'

/** Size of every chart in SVG units; the page scales it, so that two stand side by side on a desk and one on a phone. */
const width = 480
const height = 290

/** The look of a series: its colour is a CSS variable, its dash and marker tell it apart without colour. */
export interface SeriesStyle {
  colour: string
  dash: string
  symbol: 'circle' | 'square' | 'triangle' | 'diamond'
}

export const seriesStyles: readonly [SeriesStyle, SeriesStyle, SeriesStyle, SeriesStyle] = [
  { colour: 'var(--series-1)', dash: '', symbol: 'circle' },
  { colour: 'var(--series-2)', dash: '7 4', symbol: 'square' },
  { colour: 'var(--series-3)', dash: '2 3', symbol: 'triangle' },
  { colour: 'var(--series-4)', dash: '9 3 2 3', symbol: 'diamond' },
]

export interface Point {
  x: number
  y: number | null
  /** The range around y: a filled band of a `curve`, an upright bar at any other point. */
  band?: { low: number; high: number }
}

export interface Series {
  /** Empty for a series that needs no entry in the legend. */
  name: string
  style: SeriesStyle
  /** Null is a gap in the line: not measured is not zero. */
  points: readonly Point[]
  /** `step` holds a value until the next (processes); `dots` draws the points alone, `curve` the line alone. */
  shape?: 'line' | 'step' | 'dots' | 'curve'
}

export interface ChartOptions {
  /** Unique in the page. */
  id: string
  title: string
  /** What a reader who cannot see the chart should know. */
  description: string
  series: readonly Series[]
  x: Axis
  y: Axis
  /** Instants of events, drawn as numbered vertical lines. */
  events?: readonly number[]
}

/** Draws a chart as an SVG element that scales with its container and takes its colours from CSS variables. */
export function drawChart({ id, title, description, series, x, y, events = [] }: ChartOptions): Markup {
  const { document } = parseHTML('<!doctype html><html><body></body></html>')
  const svg = Plot.plot({
    document,
    width,
    height,
    marginLeft: 58,
    marginRight: 18,
    marginTop: 30,
    marginBottom: 42,
    style: { fontSize: '13px' },
    x: scaleOf(x),
    y: scaleOf(y),
    marks: [
      Plot.gridY({ ticks: y.ticks }),
      Plot.axisX({ ...axisOf(x), labelAnchor: 'center', labelOffset: 38, tickSize: 4 }),
      Plot.axisY({ ...axisOf(y), tickSize: 0 }),
      Plot.ruleX(events, { stroke: 'var(--event)', strokeDasharray: '1 3', strokeWidth: 1.5 }),
      Plot.text(events, {
        x: (at: number) => at,
        text: (_: number, index: number) => `${index + 1}`,
        frameAnchor: 'top',
        dy: -10,
        fill: 'var(--event)',
        fontWeight: 'bold',
      }),
      ...series.flatMap((line) => drawSeries(line)),
    ],
  })
  svg.removeAttribute('width')
  svg.removeAttribute('height')
  // The library's own style sheet is for pages without one.
  svg.querySelector('style')?.remove()
  svg.setAttribute('class', 'chart')
  svg.setAttribute('role', 'img')
  svg.setAttribute('aria-labelledby', `${id}-title ${id}-description`)
  const label = `<title id="${id}-title">${escapeHtml(title)}</title><desc id="${id}-description">${escapeHtml(description)}</desc>`
  return trustMarkup(svg.outerHTML.replace(/^<svg[^>]*>/, (start: string) => start + label))
}

function scaleOf({ scale, domain, nice = false, inset = 0 }: Axis): Plot.ScaleOptions {
  return { type: scale, domain: [...domain], nice, inset }
}

function axisOf({ label, ticks, format }: Axis): Plot.AxisOptions {
  // As `text`, because a log scale would drop some of the labels of a `tickFormat`.
  return { label, ticks, text: format, labelArrow: 'none' }
}

/** A line with more points than this is drawn without dashes, which its ups and downs would tear apart. */
const mostDashedPoints = 40
const mostMarkers = 16

/** The dashes of a series; a series of many points is told apart by its markers alone. */
export function dashOf({ points, style, shape }: Series): string {
  return shape !== 'step' && shape !== 'curve' && points.length > mostDashedPoints ? '' : style.dash
}

function drawSeries(series: Series): Plot.Markish[] {
  const { style, points, shape = 'line' } = series
  const marks: Plot.Markish[] = drawBands(series)
  if (shape !== 'dots')
    marks.push(
      Plot.line(points, {
        x: 'x',
        y: 'y',
        stroke: style.colour,
        strokeWidth: points.length > mostDashedPoints ? 1.5 : 2,
        strokeDasharray: dashOf(series),
        strokeLinejoin: 'round',
        ...(shape === 'step' ? { curve: 'step-after' as const } : {}),
      }),
    )
  const every = shape === 'dots' ? 1 : Math.ceil(points.length / mostMarkers)
  // Markers of a dense line stand in the middle of their stretch, so that those of two lines do not begin alike.
  const marked = points.filter((_, index) => index % every === Math.floor(every / 2))
  if (shape !== 'step' && shape !== 'curve')
    marks.push(Plot.dot(marked, { x: 'x', y: 'y', fill: style.colour, symbol: style.symbol, r: 3.2 }))
  return marks
}

function drawBands({ points, style, shape }: Series): Plot.Markish[] {
  const ranged = points.flatMap(({ x, band }) => (band === undefined ? [] : [{ x, ...band }]))
  if (ranged.length === 0) return []
  const range = { x: 'x', y1: 'low', y2: 'high' } as const
  if (shape === 'curve') return [Plot.areaY(ranged, { ...range, fill: style.colour, fillOpacity: 0.18 })]
  return [Plot.ruleX(ranged, { ...range, stroke: style.colour, strokeWidth: 1.5 })]
}
