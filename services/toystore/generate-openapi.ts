// Writes openapi.yaml: node services/toystore/generate-openapi.ts
import { writeFile } from 'node:fs/promises'
import { renderOpenApiFile } from '@chairlift/kit/documents/openapi-file.ts'
import { describeToystore } from './openapi.ts'
import { toystoreRoutes } from './routes/all-routes.ts'

/** Where the document lies. */
export const openApiFile = new URL('./openapi.yaml', import.meta.url)

/** The routes for looking at: they have nobody to ask, so none can be called. */
export function describedRoutes(): ReturnType<typeof toystoreRoutes> {
  return toystoreRoutes({} as Parameters<typeof toystoreRoutes>[0])
}

/** The text of openapi.yaml as the routes of now make it. */
export function renderOpenApi(): string {
  return renderOpenApiFile(describeToystore(describedRoutes()))
}

if (import.meta.main) await writeFile(openApiFile, renderOpenApi())
