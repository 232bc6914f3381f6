import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import {
  checkExamples,
  checkPathVariables,
  checkReferenceOperation,
  checkStructure,
} from '@chairlift/kit/testing/check-interface-document.ts'
import { operationsOf, readInterface } from '@chairlift/kit/testing/interface-document.ts'
import { openApiFile, renderOpenApi } from './generate-openapi.ts'
import { referenceOperations } from './testing/reference-interface.ts'

const document = readInterface(openApiFile)
const operations = operationsOf(document)
const error = { type: 'object', required: ['message'], properties: { message: { type: 'string' } } }

test('openapi.yaml is what the routes make (else: npm run generate)', async () => {
  assert.equal(await readFile(openApiFile, 'utf8'), renderOpenApi())
})

test('the document has the structure of OpenAPI 3.1', () => checkStructure(document))

test('every variable of a path is described once, and nothing else is described as in the path', () =>
  checkPathVariables(document))

test('every schema is valid JSON Schema 2020-12, and every example fits its schema', () => {
  assert.ok(checkExamples(document) > 60)
})

for (const expected of referenceOperations)
  test(`${expected.operationId} of the reference interface is described, with every constraint`, () =>
    checkReferenceOperation(document, expected, error))

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
