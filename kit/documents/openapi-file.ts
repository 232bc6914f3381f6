import { stringify } from 'yaml'

/** The text of an openapi.yaml: a document as describeInterface makes it, below a note that it is generated. */
export function renderOpenApiFile(document: Record<string, unknown>): string {
  const note = '# Generated from the routes by generate-openapi.ts (`npm run generate`); do not edit.\n'
  // Without aliases: many readers of OpenAPI documents do not follow YAML anchors.
  return note + stringify(document, { aliasDuplicateObjects: false, lineWidth: 110 })
}
