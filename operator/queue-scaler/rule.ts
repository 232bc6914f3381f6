import type { TSchema } from 'typebox'

/**
 * A rule beyond types and ranges, in the two forms in which it is needed: CEL for the API server, and a function of
 * the same meaning for whoever checks a spec without one.
 */
export interface Rule {
  /** CEL over `self` (and `oldSelf`). */
  rule: string
  /** Says what to change. */
  message: string
  /** `self` has passed the types; `oldSelf` is undefined at creation, when a rule about changes holds. */
  holds: (self: never, oldSelf?: never) => boolean
}

/** Where a schema keeps its rules: a keyword of its own, which survives TypeBox's copies (`Type.Optional`). */
export const rulesKeyword = 'x-rules'

/** The same schema with rules that the CRD carries as `x-kubernetes-validations`. */
export function withRules<T extends TSchema>(schema: T, ...rules: Rule[]): T {
  return { ...schema, [rulesKeyword]: [...rulesOf(schema), ...rules] }
}

/** The rules attached to exactly this schema. */
export function rulesOf(schema: object): readonly Rule[] {
  return (schema as { [rulesKeyword]?: readonly Rule[] })[rulesKeyword] ?? []
}
