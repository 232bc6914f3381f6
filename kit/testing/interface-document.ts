import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import { parse } from 'yaml'
import type { Answer } from './call.ts'

export type Schema = Record<string, unknown>
export interface Content {
  schema: Schema
  example?: unknown
  examples?: Record<string, { value: unknown }>
}
export interface Parameter {
  name: string
  in: string
  required: boolean
  description: string
  schema: Schema
  example?: unknown
}
export interface Operation {
  operationId: string
  tags: string[]
  summary: string
  parameters?: Parameter[]
  requestBody?: { required: boolean; content: Record<string, Content> }
  responses: Record<
    string,
    { description: string; headers?: Record<string, unknown>; content?: Record<string, Content> }
  >
}
export interface InterfaceDocument {
  openapi: string
  info: Record<string, string>
  servers: unknown[]
  tags: { name: string }[]
  paths: Record<string, Record<string, Operation>>
}
export interface LocatedOperation extends Operation {
  method: string
  path: string
}

/** An openapi.yaml as it is committed. */
export function readInterface(openApiFile: URL): InterfaceDocument {
  return parse(readFileSync(openApiFile, 'utf8')) as InterfaceDocument
}

/** Every operation with its place. */
export function operationsOf(document: InterfaceDocument): LocatedOperation[] {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ ...operation, method, path })),
  )
}

/** Compiles a schema by JSON Schema 2020-12, the dialect of OpenAPI 3.1. @throws Error for an invalid schema */
export function compileSchema(schema: Schema): ValidateFunction {
  // OpenAPI's own vocabulary on top of JSON Schema.
  return new Ajv2020({ strict: true, strictRequired: false, allErrors: true })
    .addVocabulary(['example'])
    .compile(schema)
}

/** A check of answers against the document: status foreseen, media type and body as described. */
export function createAnswerCheck(document: InterfaceDocument) {
  const operations = new Map(operationsOf(document).map((one) => [one.operationId, one]))
  const compiled = new WeakMap<Schema, ValidateFunction>()
  return (operationId: string, answer: Answer): void => {
    const described = operations.get(operationId)?.responses[answer.status]
    assert.ok(described, `${operationId} answered ${answer.status}, which is not documented: ${answer.text}`)
    if (!described.content) {
      assert.equal(answer.text, '', `${operationId} ${answer.status} has a body`)
      assert.equal(answer.headers['content-type'], undefined)
    }
    if (described.content) {
      const mediaType = String(answer.headers['content-type']).split(';')[0] as string
      const content = described.content[mediaType]
      assert.ok(content, `${operationId} ${answer.status}: ${mediaType} is not documented`)
      if (mediaType.endsWith('json')) {
        const validate = compiled.get(content.schema) ?? compileSchema(content.schema)
        compiled.set(content.schema, validate)
        assert.ok(validate(answer.json), `${operationId}: ${answer.text}: ${JSON.stringify(validate.errors)}`)
      }
    }
    if (described.headers?.['Retry-After']) assert.match(String(answer.headers['retry-after']), /^[0-9]+$/)
  }
}
