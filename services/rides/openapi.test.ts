import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { openApiFile, renderOpenApi } from './generate-openapi.ts'
import { compileSchema, operationsOf, readInterface } from './testing/interface-document.ts'
import { referenceOperations } from './testing/reference-interface.ts'

const document = readInterface()
const operations = operationsOf(document)

test('openapi.yaml is what the routes make (else: npm run generate)', async () => {
  assert.equal(await readFile(openApiFile, 'utf8'), renderOpenApi())
})

test('the document has the structure of OpenAPI 3.1', () => {
  assert.match(document.openapi, /^3\.1\.\d+$/)
  assert.ok(document.info['title'] && document.info['version'])
  const tags = document.tags.map((tag) => tag.name)
  for (const operation of operations) {
    assert.match(operation.path, /^\/[^?#]*$/)
    assert.ok(['get', 'post'].includes(operation.method), operation.method)
    assert.ok(operation.tags.length > 0 && operation.tags.every((tag) => tags.includes(tag)))
    assert.ok(operation.summary.endsWith('.'), operation.operationId)
    assert.ok(Object.keys(operation.responses).every((status) => /^[1-5][0-9]{2}$/.test(status)))
    assert.ok(Object.values(operation.responses).every((response) => response.description))
  }
  const ids = operations.map((operation) => operation.operationId)
  assert.equal(new Set(ids).size, ids.length, 'operationIds must be unique')
})

test('every variable of a path is described once, and nothing else is described as in the path', () => {
  for (const { path, operationId, parameters = [] } of operations) {
    const inPath = parameters.filter((parameter) => parameter.in === 'path')
    assert.ok(inPath.every((parameter) => parameter.required))
    const variables = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1])
    assert.deepEqual(inPath.map((parameter) => parameter.name).toSorted(), variables.toSorted(), operationId)
  }
})

test('every schema is valid JSON Schema 2020-12, and every example fits its schema', () => {
  let examples = 0
  const check = (schema: Record<string, unknown>, values: unknown[], where: string) => {
    const validate = compileSchema(schema)
    for (const value of values) {
      assert.ok(validate(value), `${where}: ${JSON.stringify(value)} ${JSON.stringify(validate.errors)}`)
      examples++
    }
  }
  for (const operation of operations) {
    for (const { name, schema, example } of operation.parameters ?? [])
      check(schema, example === undefined ? [] : [example], `${operation.operationId} ${name}`)
    const contents = [operation.requestBody, ...Object.values(operation.responses)].flatMap((part) =>
      Object.values(part?.content ?? {}),
    )
    for (const { schema, example, examples: named = {} } of contents) {
      const values = Object.values(named).map((entry) => entry.value)
      check(schema, example === undefined ? values : [...values, example], operation.operationId)
    }
  }
  assert.ok(examples > 60, `${examples} examples`)
})

for (const expected of referenceOperations)
  test(`${expected.operationId} of the reference interface is described, with every constraint`, () => {
    const described = document.paths[expected.path]?.[expected.method]
    assert.ok(described, `${expected.method} ${expected.path} is missing`)
    assert.equal(described.operationId, expected.operationId)
    assert.deepEqual(described.tags, [expected.tag])
    for (const status of expected.statuses) assert.ok(described.responses[status], `status ${status}`)
    for (const parameter of expected.parameters) {
      const own = described.parameters?.find((one) => one.name === parameter.name && one.in === parameter.in)
      assert.ok(own, `parameter ${parameter.name}`)
      assert.partialDeepStrictEqual(own, parameter)
    }
    const names = new Set(expected.parameters.map((parameter) => parameter.name))
    const demanded = described.parameters?.filter((parameter) => parameter.required) ?? []
    assert.ok(
      demanded.every((parameter) => names.has(parameter.name)),
      'more is demanded than by the reference',
    )
    assert.equal(described.requestBody !== undefined, expected.body !== undefined)
    if (expected.body) {
      const own = described.requestBody?.content['application/json']?.schema
      assert.partialDeepStrictEqual(own, expected.body)
      assert.deepEqual(own?.['required'], expected.body['required'])
    }
    const success = described.responses[expected.statuses[0] as number]
    if (expected.success)
      assert.partialDeepStrictEqual(success?.content, { 'application/json': { schema: expected.success } })
    else assert.equal(success?.content, undefined)
    for (const status of expected.statuses.slice(1))
      assert.partialDeepStrictEqual(described.responses[status]?.content, {
        'application/json': {
          schema: { type: 'object', required: ['message'], properties: { message: { type: 'string' } } },
        },
      })
    assert.partialDeepStrictEqual(described.responses[503]?.headers, {
      'Retry-After': { schema: { type: 'integer', minimum: 0 } },
    })
  })

test('the document adds four operations to the reference interface and leaves none out', () => {
  const reference = new Set(referenceOperations.map((operation) => operation.operationId))
  const added = operations.map((operation) => operation.operationId).filter((id) => !reference.has(id))
  assert.deepEqual(added.toSorted(), [
    'getResortDayHours',
    'getResortDayLifts',
    'getResortDayRides',
    'getSkierSeasonDays',
  ])
  assert.equal(operations.length, reference.size + added.length)
})
