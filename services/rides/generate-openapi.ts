// Writes openapi.yaml: node services/rides/generate-openapi.ts
import { writeFile } from 'node:fs/promises'
import { renderOpenApiFile } from '@chairlift/kit/documents/openapi-file.ts'
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
  return renderOpenApiFile(describeRides(describedRoutes()))
}

if (import.meta.main) await writeFile(openApiFile, renderOpenApi())
