/** Stands for what is not known; never a 0. */
export const unknown = '–'

const grouped = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 })

/** A whole number with thousands separators; what is below 10 and no whole number keeps one digit. */
export function formatCount(value: number | null): string {
  if (value === null) return unknown
  return value < 10 && !Number.isInteger(value) ? value.toFixed(1) : grouped.format(value)
}

/** Milliseconds without unit to about three significant digits: 0.31, 4.20, 15.2, 1,204. */
export function formatMs(value: number | null): string {
  if (value === null) return unknown
  if (value < 9.995) return value.toFixed(2)
  return value < 99.95 ? value.toFixed(1) : grouped.format(value)
}

/** Seconds without unit: 0.62, 12.4, 1,204. */
export function formatSeconds(value: number | null): string {
  return formatMs(value)
}

/** A fraction as a percentage with unit: 0.05 %, 12.5 %. */
export function formatPercent(fraction: number | null): string {
  if (fraction === null) return unknown
  const percent = fraction * 100
  return `${percent === 0 ? '0' : percent < 1 ? percent.toPrecision(2) : percent.toFixed(1)} %`
}

/** Bytes as GiB, the unit memory is sold in. */
export function formatGibibytes(bytes: number): string {
  return `${(bytes / 2 ** 30).toFixed(1)} GiB`
}

/** `1 run`, `2 runs`. */
export function formatPlural(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`
}
