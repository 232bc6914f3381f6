// Writes openapi.yaml: node services/albums/generate-openapi.ts
import { writeFile } from 'node:fs/promises'
import { renderOpenApiFile } from '@chairlift/kit/documents/openapi-file.ts'
import { describeAlbums } from './openapi.ts'
import { albumsRoutes } from './routes/all-routes.ts'

/** Where the document lies. */
export const openApiFile = new URL('./openapi.yaml', import.meta.url)

/** The routes for looking at: they have no stores, so none can be called. */
export function describedRoutes(): ReturnType<typeof albumsRoutes> {
  return albumsRoutes({} as Parameters<typeof albumsRoutes>[0])
}

/** The text of openapi.yaml as the routes of now make it. */
export function renderOpenApi(): string {
  return renderOpenApiFile(describeAlbums(describedRoutes()))
}

if (import.meta.main) await writeFile(openApiFile, renderOpenApi())
