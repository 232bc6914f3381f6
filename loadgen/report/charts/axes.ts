import { formatCount } from '../format-number.ts'

/** One axis of a chart: its scale, and where it is labelled and how. */
export interface Axis {
  label: string
  scale: 'linear' | 'log'
  domain: readonly [number, number]
  /** Widens the domain to round values. */
  nice?: boolean
  /** Room in SVG units between the outermost values and the frame. */
  inset?: number
  /** How many, or exactly where. */
  ticks: number | readonly number[]
  format(value: number): string
}

/** A linear axis from zero; without data it ends at 1, so that an empty chart still reads as zero. */
export function zeroBasedAxis(label: string, values: readonly (number | null)[]): Axis {
  const most = values.reduce<number>((highest, value) => Math.max(highest, value ?? 0), 0)
  return {
    label,
    scale: 'linear',
    domain: [0, most === 0 ? 1 : most],
    nice: true,
    ticks: 5,
    format: formatTick,
  }
}

/**
 * An axis for latencies: from zero while the values are of one size, logarithmic (ticks at 1, 2, 5 …) when the
 * highest is over 20 times the lowest, because then a linear axis shows only the highest.
 */
export function latencyAxis(label: string, values: readonly (number | null)[]): Axis {
  const known = values.filter((value) => value !== null && value > 0) as number[]
  const least = Math.min(...known)
  const most = Math.max(...known)
  if (known.length === 0 || most / least <= 20) return zeroBasedAxis(label, values)
  const ticks = logarithmicTicks(least, most)
  return {
    label: `${label}, log scale`,
    scale: 'log',
    domain: [ticks[0] ?? least, ticks.at(-1) ?? most],
    ticks,
    format: formatTick,
  }
}

/** 1, 2 and 5 times the powers of ten around a range; only the powers when the range is wide. */
export function logarithmicTicks(least: number, most: number): number[] {
  const wide = Math.log10(most / least) > 2.5
  const ticks: number[] = []
  // One power more at both ends: the logarithm of 999999.999999999 rounds to 6. What is too much is cut off below.
  const [from, to] = [Math.floor(Math.log10(least)) - 1, Math.ceil(Math.log10(most)) + 1]
  for (let power = from; power <= to; power++)
    // Exponents in text are exact where 10 ** -3 is not.
    for (const factor of wide ? [1] : [1, 2, 5]) ticks.push(Number(`${factor}e${power}`))
  const first = ticks.findLastIndex((tick) => tick <= least)
  const last = ticks.findIndex((tick) => tick >= most)
  return ticks.slice(Math.max(first, 0), last === -1 ? undefined : last + 1)
}

/** An axis of whole seconds since the run began, long enough for `toSecond`. */
export function secondsAxis(toSecond: number): Axis {
  const last = Math.max(1, Math.ceil(toSecond))
  return {
    label: 'seconds since the start',
    scale: 'linear',
    domain: [0, last],
    ticks: Math.min(6, last),
    format: (second) => (Number.isInteger(second) ? formatCount(second) : ''),
  }
}

function formatTick(value: number): string {
  return Number.isInteger(value) ? formatCount(value) : `${Number(value.toPrecision(3))}`
}
