import { writeFileSync } from 'node:fs'
import { resultSchema } from './result-schema.ts'

/** Where the published JSON Schema of result documents lies. */
export const schemaFile = new URL('./result.schema.json', import.meta.url)

/** The JSON Schema (draft 2020-12) of result documents, as it is committed. */
export function generateResultSchema(): string {
  const $schema = 'https://json-schema.org/draft/2020-12/schema'
  return `${JSON.stringify({ $schema, ...resultSchema }, null, 2)}\n`
}

if (import.meta.main) writeFileSync(schemaFile, generateResultSchema())
