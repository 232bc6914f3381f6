// Fills the generated tables of README.md: node services/toystore/generate-readme.ts
import { readFile, writeFile } from 'node:fs/promises'
import { fillTables } from '@chairlift/kit/documents/fill-tables.ts'
import { operationsTable, settingsTable } from '@chairlift/kit/documents/service-tables.ts'
import { toystoreCatalogSettings, toystoreFrontSettings, toystoreOrdersSettings } from './config.ts'
import { describedRoutes } from './generate-openapi.ts'

/** Where the README lies. */
export const readmeFile = new URL('./README.md', import.meta.url)

/** The README with its tables as the code of now makes them. @throws Error when a table's markers are missing */
export function fillReadme(readme: string): string {
  return fillTables(readme, {
    operations: operationsTable(describedRoutes()),
    'settings:toystore-front': settingsTable(toystoreFrontSettings),
    'settings:toystore-orders': settingsTable(toystoreOrdersSettings),
    'settings:toystore-catalog': settingsTable(toystoreCatalogSettings),
  })
}

if (import.meta.main) await writeFile(readmeFile, fillReadme(await readFile(readmeFile, 'utf8')))
