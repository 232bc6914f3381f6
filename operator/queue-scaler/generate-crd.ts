import { mkdirSync, writeFileSync } from 'node:fs'
import { stringify } from 'yaml'
import { queueScalerDefinition } from './custom-resource-definition.ts'

/** Where the chart has the CustomResourceDefinition. */
export const definitionFile = new URL('../../charts/chairlift/crds/queuescalers.yaml', import.meta.url)

/** The file as it is committed. */
export function generateDefinition(): string {
  const head = '# Made by `make generate` from operator/queue-scaler; not to be edited.\n'
  return `${head}${stringify(queueScalerDefinition(), { lineWidth: 0, aliasDuplicateObjects: false })}`
}

if (import.meta.main) {
  mkdirSync(new URL('.', definitionFile), { recursive: true })
  writeFileSync(definitionFile, generateDefinition())
}
