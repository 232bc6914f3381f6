import type { TSchema } from 'typebox'
import { rulesKeyword, rulesOf } from './rule.ts'

/** A part of an OpenAPI v3 schema as CustomResourceDefinitions have it. */
export type StructuralSchema = Record<string, unknown>

const copied = [
  'type',
  'description',
  'format',
  'default',
  'enum',
  'minimum',
  'maximum',
  'minLength',
  'maxLength',
  'minItems',
  'maxItems',
  'required',
  'x-kubernetes-list-type',
  'x-kubernetes-list-map-keys',
]

/**
 * The structural schema of a TypeBox schema: what a CRD may contain of it, with the attached rules as
 * `x-kubernetes-validations`.
 *
 * @throws Error for a keyword that this does not know, so that nothing is lost on the way unnoticed
 */
export function toStructuralSchema(schema: TSchema): StructuralSchema {
  const source = schema as unknown as Record<string, unknown>
  const result: StructuralSchema = {}
  for (const [key, value] of Object.entries(source)) {
    if (key === 'properties')
      result[key] = Object.fromEntries(
        Object.entries(value as Record<string, TSchema>).map(([name, one]) => [
          name,
          toStructuralSchema(one),
        ]),
      )
    else if (key === 'items') result[key] = toStructuralSchema(value as TSchema)
    else if (copied.includes(key)) result[key] = value
    else if (key !== rulesKeyword) throw new Error(`no place in a structural schema for ${key}`)
  }
  const rules = rulesOf(schema)
  if (rules.length > 0)
    result['x-kubernetes-validations'] = rules.map(({ rule, message }) => ({ rule, message }))
  return result
}
