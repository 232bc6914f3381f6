/** The middle value, or the mean of the two middle ones. @throws RangeError without values */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5)
}

/**
 * The quantile of a sample by linear interpolation between order statistics (type 7 of Hyndman and Fan, 1996).
 * @param fraction 0–1
 * @throws RangeError without values
 */
export function quantile(values: readonly number[], fraction: number): number {
  if (values.length === 0) throw new RangeError('a quantile needs at least one value')
  const sorted = Float64Array.from(values).sort()
  const position = fraction * (sorted.length - 1)
  const lower = Math.floor(position)
  const below = sorted[lower] as number
  const above = sorted[Math.min(lower + 1, sorted.length - 1)] as number
  return below + (above - below) * (position - lower)
}

/** The arithmetic mean; NaN without values. */
export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
