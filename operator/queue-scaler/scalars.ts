import Type from 'typebox'
import { durationPattern, parseDuration } from './duration.ts'
import { withRules } from './rule.ts'

/** A text of one form. The form is a CEL rule in the CRD, so that the refusal is a sentence and no regular expression. */
export function formedText(
  description: string,
  pattern: string,
  message: string,
  maxLength: number,
  more = {},
) {
  return withRules(Type.String({ description, minLength: 1, maxLength, ...more }), {
    // CEL literals take backslashes as escapes, raw ones (r'') do not.
    rule: `self.matches(r'${pattern}')`,
    message,
    holds: (self: string) => new RegExp(pattern).test(self),
  })
}

/** A duration between two bounds, inclusive. */
export function duration(description: string, least: string, most: string, more = {}) {
  const [leastMs, mostMs] = [parseDuration(least), parseDuration(most)]
  return withRules(Type.String({ description, minLength: 2, maxLength: 32, ...more }), {
    rule: `self.matches(r'${durationPattern}') && duration(self) >= duration('${least}') && duration(self) <= duration('${most}')`,
    message: `must be a duration from ${least} to ${most}, written like 30s, 5m or 1h30m`,
    holds: (self: string) => {
      if (!new RegExp(durationPattern).test(self)) return false
      const ms = parseDuration(self)
      return ms >= leastMs && ms <= mostMs
    },
  })
}

export const dnsName = (description: string, more = {}) =>
  formedText(
    description,
    '^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$',
    'must be the name of an object: lower-case letters, digits, - and ., beginning and ending with a letter or digit',
    253,
    more,
  )

/** A decimal as a quantity in text, since the API conventions have no floats in a spec. */
export const decimal = (description: string, more = {}) =>
  formedText(
    description,
    '^[0-9]{1,9}([.][0-9]{1,9})?$',
    'must be a decimal number in quotes, such as "0.1"',
    20,
    more,
  )
