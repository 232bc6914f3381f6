import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { parse } from 'yaml'
import { parseExperiment } from '../../experiment/parse-experiment.ts'
import { compileRequest } from './compile-request.ts'
import { expandOpenApi } from './expand-openapi.ts'
import { withOpenApiRequests } from './read-openapi.ts'
import { randomOf } from './template.ts'

const ridesFile = fileURLToPath(new URL('../../../services/rides/openapi.yaml', import.meta.url))

test('the rides’ own OpenAPI file gives requests that its paths and schemas allow', async () => {
  const document = parse(await readFile(ridesFile, 'utf8'))
  const gets = expandOpenApi(document)
  assert.ok(gets.length > 1 && gets.every(({ method }) => method === 'GET'))
  const [post] = expandOpenApi(document, ['writeNewLiftRide'])
  assert.ok(post)
  const { path, body } = compileRequest(post)({ item: 1, runId: 'r', random: randomOf(1, 1, 0) })
  assert.match(path, /^\/skiers\/\d+\/seasons\/[^/]+\/days\/\d+\/skiers\/\d+$/)
  const { time, liftID } = JSON.parse(String(body))
  assert.ok(Number.isInteger(time) && Number.isInteger(liftID), String(body))
})

test('references, enums, bounds, formats and required parts are followed', () => {
  const document = {
    paths: {
      '/items/{id}': {
        parameters: [{ $ref: '#/components/parameters/Id' }],
        put: {
          operationId: 'putItem',
          parameters: [
            { in: 'query', name: 'dry run', required: true, schema: { type: 'boolean' } },
            { in: 'query', name: 'left out', schema: { type: 'string' } },
            { in: 'header', name: 'X-Key', required: true, schema: { type: 'string', format: 'uuid' } },
          ],
          requestBody: { content: { 'application/json': { schema: { $ref: '#/components/schemas/Item' } } } },
        },
      },
    },
    components: {
      parameters: {
        Id: { in: 'path', name: 'id', required: true, schema: { type: 'integer', minimum: 5, maximum: 6 } },
      },
      schemas: {
        Item: {
          type: 'object',
          required: ['colour', 'parts'],
          properties: {
            colour: { enum: ['red', 'blue'] },
            parts: { type: 'array', items: { $ref: '#/components/schemas/Item' } },
            note: { type: 'string' },
          },
        },
      },
    },
  }
  const [put] = expandOpenApi(document, ['putItem'])
  assert.ok(put)
  assert.equal(put.path, '/items/{{integer 5 6}}?dry%20run=true')
  assert.deepEqual(put.headers, { 'X-Key': '{{uuid}}' })
  assert.equal((put.json as { colour: string }).colour, '{{choice red blue}}')
  assert.ok(!('note' in (put.json as object)))
})

test('what cannot be made up is refused with the operation and the reason', () => {
  const post = (requestBody: object) => ({ paths: { '/a': { post: { operationId: 'a', requestBody } } } })
  assert.throws(
    () => expandOpenApi(post({ required: true, content: { 'multipart/form-data': {} } }), ['a']),
    /a: its body is multipart\/form-data; only JSON can be made up/,
  )
  assert.throws(() => expandOpenApi(post({}), ['b']), /no operation b; there are: a/)
  assert.throws(() => expandOpenApi(post({}), undefined), /no GET operation/)
  assert.throws(() => expandOpenApi(post({ $ref: 'other.yaml#/x' }), ['a']), /leaves the file/)
  assert.throws(
    () => expandOpenApi({ paths: { '/{id}': { get: {} } } }),
    /the path parameter id is not described/,
  )
})

test('an experiment that names an OpenAPI file becomes whole', async () => {
  const text = `apiVersion: chairlift.dev/v1alpha1
kind: Experiment
metadata: {name: mine}
spec:
  workload: http
  target: {url: 'http://127.0.0.1:1'}
  matrix: {threads: [1]}
  http: {openapi: ../services/rides/openapi.yaml, operations: [writeNewLiftRide]}
`
  const root = fileURLToPath(new URL('../../../docs/mine.yaml', import.meta.url))
  const whole = await withOpenApiRequests(parseExperiment(text, 'mine.yaml'), root)
  assert.equal(whole.http?.requests?.[0]?.name, 'writeNewLiftRide')
  await assert.rejects(
    withOpenApiRequests(parseExperiment(text.replace('rides/openapi', 'nowhere/openapi'), 'mine.yaml'), root),
    /nowhere\/openapi.yaml cannot be read/,
  )
})
