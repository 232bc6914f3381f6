/** Regular expression of a duration as Kubernetes' CEL understands it: `30s`, `1h30m`, `500ms`. */
export const durationPattern = '^([0-9]{1,6}(ms|s|m|h))+$'

const unitsMs: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 }

/**
 * The milliseconds of a duration such as `30s` or `1h30m`.
 * @throws RangeError when the text does not match {@link durationPattern}
 */
export function parseDuration(text: string): number {
  if (!new RegExp(durationPattern).test(text)) throw new RangeError(`not a duration: ${text}`)
  let totalMs = 0
  for (const [, count, unit] of text.matchAll(/([0-9]+)(ms|s|m|h)/g))
    totalMs += Number(count) * (unitsMs[unit as string] as number)
  return totalMs
}
