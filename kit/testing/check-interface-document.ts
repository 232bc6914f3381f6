import assert from 'node:assert/strict'
import { compileSchema, type InterfaceDocument, operationsOf, type Schema } from './interface-document.ts'

/** Checks what OpenAPI 3.1 demands of a document's structure. @throws AssertionError */
export function checkStructure(document: InterfaceDocument): void {
  assert.match(document.openapi, /^3\.1\.\d+$/)
  assert.ok(document.info['title'] && document.info['version'])
  const tags = document.tags.map((tag) => tag.name)
  const operations = operationsOf(document)
  for (const operation of operations) {
    assert.match(operation.path, /^\/[^?#]*$/)
    assert.ok(['get', 'post', 'put', 'delete'].includes(operation.method), operation.method)
    assert.ok(operation.tags.length > 0 && operation.tags.every((tag) => tags.includes(tag)))
    assert.ok(operation.summary.endsWith('.'), operation.operationId)
    assert.ok(Object.keys(operation.responses).every((status) => /^[1-5][0-9]{2}$/.test(status)))
    assert.ok(Object.values(operation.responses).every((response) => response.description))
  }
  const ids = operations.map((operation) => operation.operationId)
  assert.equal(new Set(ids).size, ids.length, 'operationIds must be unique')
}

/** Every variable of a path is described once, and nothing else is described as in the path. */
export function checkPathVariables(document: InterfaceDocument): void {
  for (const { path, operationId, parameters = [] } of operationsOf(document)) {
    const inPath = parameters.filter((parameter) => parameter.in === 'path')
    assert.ok(inPath.every((parameter) => parameter.required))
    const variables = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1])
    assert.deepEqual(inPath.map((parameter) => parameter.name).toSorted(), variables.toSorted(), operationId)
  }
}

/** Every schema is valid JSON Schema 2020-12, and every example fits its schema. @returns number of examples */
export function checkExamples(document: InterfaceDocument): number {
  let examples = 0
  const check = (schema: Schema, values: unknown[], where: string) => {
    const validate = compileSchema(schema)
    for (const value of values) {
      assert.ok(validate(value), `${where}: ${JSON.stringify(value)} ${JSON.stringify(validate.errors)}`)
      examples++
    }
  }
  for (const operation of operationsOf(document)) {
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
  return examples
}

/** An operation of a reference interface, written by hand: what a drop-in server must describe. */
export interface ReferenceOperation {
  operationId: string
  method: 'get' | 'post' | 'put' | 'delete'
  path: string
  tag: string
  /** The success first. */
  statuses: readonly number[]
  parameters: readonly {
    name: string
    in: string
    required: boolean
    schema: Schema
    [key: string]: unknown
  }[]
  /** Schema of a JSON body. */
  body?: Schema
  /** Schema of the success body; absent: the answer has no body. */
  success?: Schema
}

/**
 * Checks that the document describes a reference operation with every constraint, and demands no more.
 *
 * @param error schema of the interface's error bodies
 * @throws AssertionError
 */
export function checkReferenceOperation(
  document: InterfaceDocument,
  expected: ReferenceOperation,
  error: Schema,
): void {
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
  const json = described.requestBody?.content['application/json']?.schema
  assert.equal(json !== undefined, expected.body !== undefined)
  if (expected.body) {
    assert.partialDeepStrictEqual(json, expected.body)
    assert.deepEqual(json?.['required'], expected.body['required'])
  }
  const success = described.responses[expected.statuses[0] as number]
  if (expected.success)
    assert.partialDeepStrictEqual(success?.content, { 'application/json': { schema: expected.success } })
  else assert.equal(success?.content, undefined)
  for (const status of expected.statuses.slice(1)) {
    const [content] = Object.values(described.responses[status]?.content ?? {})
    assert.partialDeepStrictEqual(content?.schema, error)
  }
  assert.partialDeepStrictEqual(described.responses[503]?.headers, {
    'Retry-After': { schema: { type: 'integer', minimum: 0 } },
  })
}
