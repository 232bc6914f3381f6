import type { Check } from '../../result/run-schema.ts'

/**
 * A check of many things of which none may be wrong.
 *
 * @param wrong how many are, or what was found for each, undefined where it was right
 * @param looked how many were looked at, if the reader of the result should know
 */
export function checkNone(
  id: string,
  name: string,
  wrong: number | readonly (string | undefined)[],
  looked?: number,
): Check {
  const faults = typeof wrong === 'number' ? [] : wrong.filter((fault) => fault !== undefined)
  const actual = typeof wrong === 'number' ? wrong : faults.length
  return {
    id,
    name,
    passed: actual === 0,
    expected: 0,
    actual,
    detail: faults[0] ?? (looked === undefined ? '' : `${looked} looked at`),
  }
}
