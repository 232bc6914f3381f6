import Type from 'typebox'

/** Regular expression (for JSON Schema) of a duration: a number and a unit, as in `200ms`, `1.5s`, `2m`, `1h`. */
const durationPattern = '^[0-9]{1,9}(\\.[0-9]{1,9})?(us|ms|s|m|h)$'
/** Regular expression (for JSON Schema) of a percentage from 0 % to 100 %, as in `0.1%`. */
export const percentagePattern = '^(100(\\.0{1,9})?|[0-9]{1,2}(\\.[0-9]{1,9})?)%$'

/** A duration in an experiment file; the description names the kind, for messages and editors. */
export const duration = (description: string) =>
  Type.String({ pattern: durationPattern, description: `${description}, a duration such as 200ms or 1.5s` })

const millisecondsOf: Readonly<Record<string, number>> = {
  us: 0.001,
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
}

/**
 * The milliseconds of a duration such as `200ms`, `1.5s` or `2m`.
 * @throws RangeError when the text is no such duration
 */
export function parseDuration(text: string): number {
  const match = /^([0-9.]+)([a-z]+)$/.exec(text)
  const unitMs = millisecondsOf[match?.[2] ?? '']
  if (!new RegExp(durationPattern).test(text) || unitMs === undefined)
    throw new RangeError(`not a duration: ${text}`)
  return roundToNanosecond(Number(match?.[1]) * unitMs)
}

/**
 * The fraction (0–1) of a percentage such as `0.1%`, or of a number that is a fraction already.
 * @throws RangeError when the text does not match {@link percentagePattern} or the number is outside 0–1
 */
export function parseFraction(value: string | number): number {
  if (typeof value === 'number') {
    if (!(value >= 0 && value <= 1)) throw new RangeError(`not a fraction between 0 and 1: ${value}`)
    return value
  }
  if (!new RegExp(percentagePattern).test(value)) throw new RangeError(`not a percentage: ${value}`)
  // 0.1 / 100 is 0.001 exactly as written; parsing the shifted decimal avoids 0.00099999….
  return Number(`${Number(value.slice(0, -1))}e-2`)
}

/** `4.35m` is 261000 ms, not 260999.99999999997. */
function roundToNanosecond(milliseconds: number): number {
  return Math.round(milliseconds * 1e6) / 1e6
}
