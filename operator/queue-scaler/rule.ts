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

const attached = new WeakMap<object, readonly Rule[]>()

/** The same schema with rules that the CRD carries as `x-kubernetes-validations`. */
export function withRules<T extends TSchema>(schema: T, ...rules: Rule[]): T {
  attached.set(schema, [...rulesOf(schema), ...rules])
  return schema
}

/** The rules attached to exactly this schema. */
export function rulesOf(schema: object): readonly Rule[] {
  return attached.get(schema) ?? []
}
