import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import type { TSchema } from 'typebox'
import { badSpecOf, badSpecs, soundSpec } from './bad-specs.ts'
import { checkSpec } from './check-spec.ts'
import { parseDuration } from './duration.ts'
import { definitionFile, generateDefinition } from './generate-crd.ts'
import { resolvePolicy } from './resolve-policy.ts'
import { rulesOf } from './rule.ts'
import { specSchema } from './spec-schema.ts'

describe('the definition of QueueScaler', () => {
  test('is committed as it is generated', () => {
    assert.equal(readFileSync(definitionFile, 'utf8'), generateDefinition(), 'run: make generate')
  })

  test('accepts a sound spec, and the same with every default written out', () => {
    assert.deepEqual(checkSpec(soundSpec), [])
    assert.deepEqual(checkSpec(withDefaults(specSchema, soundSpec), soundSpec), [])
  })

  for (const bad of badSpecs)
    test(`refuses ${bad.title}`, () => {
      const problems = checkSpec(badSpecOf(bad), bad.update ? soundSpec : undefined)
      // Who checks types says in its own words, and sometimes at the parent, what is missing.
      const parent = bad.at.replace(/(\.[^.]+|\[\d+\])$/, '')
      assert.ok(
        problems.some((problem) => problem.startsWith(bad.at) || problem.startsWith(parent)),
        problems.join('\n'),
      )
      if (bad.byRule)
        assert.ok(
          problems.some((problem) => problem.startsWith(`${bad.at}: `) && problem.includes(bad.says)),
          problems.join('\n'),
        )
    })

  test('has a bad spec for every rule', () => {
    const said = badSpecs.filter(({ byRule }) => byRule).map(({ says }) => says)
    for (const message of allMessages(specSchema)) {
      // Durations share a rule; one bound of it is enough.
      const known = said.some((says) => message.includes(says))
      assert.ok(known, `no bad spec is told: ${message}`)
    }
  })

  test('has defaults that the policy has too', () => {
    const written = withDefaults(specSchema, soundSpec) as typeof soundSpec
    assert.deepEqual(resolvePolicy(written, 2_000), resolvePolicy(soundSpec, 2_000))
  })
})

test('durations are those of CEL', () => {
  assert.equal(parseDuration('1h30m'), 5_400_000)
  assert.equal(parseDuration('500ms'), 500)
  for (const wrong of ['', '5', '-1s', '1.5s', '1d', 's', '1s '])
    assert.throws(() => parseDuration(wrong), RangeError, wrong)
})

interface Parts {
  properties?: Record<string, TSchema>
  items?: TSchema
  default?: unknown
}

function allMessages(schema: TSchema): string[] {
  const { properties, items } = schema as Parts
  return [
    ...rulesOf(schema).map(({ message }) => message),
    ...(items ? allMessages(items) : []),
    ...Object.values(properties ?? {}).flatMap(allMessages),
  ]
}

/** As the API server applies defaults. */
function withDefaults(schema: TSchema, value: unknown): unknown {
  const { properties, items } = schema as Parts
  if (items && Array.isArray(value)) return value.map((one) => withDefaults(items, one))
  if (!properties || typeof value !== 'object' || value === null) return value
  const result: Record<string, unknown> = { ...value }
  for (const [name, part] of Object.entries(properties)) {
    const given = result[name] ?? structuredClone((part as Parts).default)
    if (given !== undefined) result[name] = withDefaults(part, given)
  }
  return result
}
