// Writes openapi.yaml: node services/rides/generate-openapi.ts
import { writeFile } from 'node:fs/promises'
import { stringify } from 'yaml'
import { describeRides } from './openapi.ts'
import { ridesRoutes } from './routes/all-routes.ts'

/** Where the document lies. */
export const openApiFile = new URL('./openapi.yaml', import.meta.url)

/** The routes for looking at: they have no pool and no publisher, so none can be called. */
export function describedRoutes(): ReturnType<typeof ridesRoutes> {
  return ridesRoutes({} as Parameters<typeof ridesRoutes>[0])
}

/** The text of openapi.yaml as the routes of now make it. */
export function renderOpenApi(): string {
  const note = '# Generated from the routes by generate-openapi.ts (`npm run generate`); do not edit.\n'
  // Without aliases: many readers of OpenAPI documents do not follow YAML anchors.
  return note + stringify(describeRides(describedRoutes()), { aliasDuplicateObjects: false, lineWidth: 110 })
}

if (import.meta.main) await writeFile(openApiFile, renderOpenApi())
