import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import {
  checkExamples,
  checkPathVariables,
  checkStructure,
} from '@chairlift/kit/testing/check-interface-document.ts'
import { operationsOf, readInterface } from '@chairlift/kit/testing/interface-document.ts'
import { openApiFile, renderOpenApi } from './generate-openapi.ts'

const document = readInterface(openApiFile)

test('openapi.yaml is what the routes make (else: npm run generate)', async () => {
  assert.equal(await readFile(openApiFile, 'utf8'), renderOpenApi())
})

test('the document is sound OpenAPI 3.1, and every example fits its schema', () => {
  checkStructure(document)
  checkPathVariables(document)
  assert.ok(checkExamples(document) > 10)
})

test('the operations are those of the reference interface, and getLeader', () => {
  assert.deepEqual(
    operationsOf(document)
      .map(({ method, path, operationId }) => `${method} ${path} ${operationId}`)
      .toSorted(),
    [
      'get /leader getLeader',
      'get /orders/{order_number} getOrder',
      'get /products/{name} getProduct',
      'post /orders createOrder',
    ],
  )
})
