import { HttpError } from './http-error.ts'

/** Largest value of a 32-bit signed integer column. */
export const int32Max = 2_147_483_647

/**
 * An integer in its canonical decimal form: no sign, space, leading zero, fraction, exponent or hex, so that
 * two spellings can never mean the same key.
 *
 * @throws HttpError invalid_input
 */
export function parseIntegerParameter(text: unknown, name: string, minimum: number, maximum: number): number {
  if (typeof text === 'string' && /^(0|[1-9][0-9]{0,9})$/.test(text)) {
    const value = Number(text)
    if (value >= minimum && value <= maximum) return value
  }
  throw new HttpError('invalid_input', `${name} must be an integer from ${minimum} to ${maximum}`)
}

/** A text of the given pattern. @throws HttpError invalid_input */
export function parseTextParameter(text: unknown, name: string, pattern: RegExp, expected: string): string {
  if (typeof text === 'string' && pattern.test(text)) return text
  throw new HttpError('invalid_input', `${name} must be ${expected}`)
}

/** A query parameter that may be repeated, as a list. Absent is the empty list. */
export function listQueryParameter(value: unknown): string[] {
  if (value === undefined) return []
  return Array.isArray(value) ? value.map(String) : [String(value)]
}
