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
const error = { type: 'object', required: ['msg'], properties: { msg: { type: 'string' } } }

test('openapi.yaml is what the routes make (else: npm run generate)', async () => {
  assert.equal(await readFile(openApiFile, 'utf8'), renderOpenApi())
})

test('the document has the structure of OpenAPI 3.1, and its examples fit their schemas', () => {
  checkStructure(document)
  checkPathVariables(document)
  assert.ok(checkExamples(document) > 20)
})

for (const expected of referenceOperations)
  test(`${expected.operationId} of the reference interface is described, with every constraint`, () =>
    checkReferenceOperation(document, expected, error))

test('the form of newAlbum has an image and the profile in each of its forms', () => {
  const form = document.paths['/albums']?.['post']?.requestBody?.content['multipart/form-data']
  assert.deepEqual(form?.schema['required'], ['image'])
  assert.deepEqual(form.schema['anyOf'], [
    { required: ['profile'] },
    { required: ['artist', 'title', 'year'] },
  ])
  assert.deepEqual(Object.keys(form.examples ?? {}), ['json', 'generatedClient', 'flatFields'])
})

test('the document adds one operation to the reference interface and leaves none out', () => {
  const reference = referenceOperations.map((operation) => operation.operationId)
  const ids = operationsOf(document).map((operation) => operation.operationId)
  assert.deepEqual(ids.toSorted(), [...reference, 'getAlbumImage'].toSorted())
})
