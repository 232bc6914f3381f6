import { writeFileSync } from 'node:fs'
import { experimentSchema } from './experiment-schema.ts'

/** Where the published JSON Schema of experiment files lies. */
export const schemaFile = new URL('./experiment.schema.json', import.meta.url)

/** The JSON Schema (draft 2020-12) of experiment files, as it is committed; editors complete and check with it. */
export function generateExperimentSchema(): string {
  const $schema = 'https://json-schema.org/draft/2020-12/schema'
  return `${JSON.stringify({ $schema, ...experimentSchema }, null, 2)}\n`
}

if (import.meta.main) writeFileSync(schemaFile, generateExperimentSchema())
