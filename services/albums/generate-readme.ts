// Fills the generated tables of README.md: node services/albums/generate-readme.ts
import { readFile, writeFile } from 'node:fs/promises'
import { fillTables } from '@chairlift/kit/documents/fill-tables.ts'
import { operationsTable, settingsTable } from '@chairlift/kit/documents/service-tables.ts'
import { albumsApiSettings, albumsReviewerSettings } from './config.ts'
import { describedRoutes } from './generate-openapi.ts'

/** Where the README lies. */
export const readmeFile = new URL('./README.md', import.meta.url)

/** The README with its tables as the code of now makes them. @throws Error when a table's markers are missing */
export function fillReadme(readme: string): string {
  return fillTables(readme, {
    operations: operationsTable(describedRoutes()),
    'settings:albums-api': settingsTable(albumsApiSettings),
    'settings:albums-reviewer': settingsTable(albumsReviewerSettings),
  })
}

if (import.meta.main) await writeFile(readmeFile, fillReadme(await readFile(readmeFile, 'utf8')))
