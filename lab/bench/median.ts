/** Lowest, middle and highest of some numbers. */
export function summarise(values: readonly number[]): { min: number; median: number; max: number } {
  const sorted = [...values].sort((left, right) => left - right)
  const at = (index: number) => sorted[index] ?? Number.NaN
  const middle = Math.floor(sorted.length / 2)
  const median = sorted.length % 2 === 1 ? at(middle) : (at(middle - 1) + at(middle)) / 2
  return { min: at(0), median, max: at(sorted.length - 1) }
}
