import assert from 'node:assert/strict'
import { glob, readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { errorCatalogue } from '@chairlift/kit/http/http-error.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const firstCells = (markdown: string) =>
  [...markdown.matchAll(/^\| `([a-z_]+)` \| ([a-z0-9]+) \|/gm)].map(([, name, second]) => [name, second])

test('docs/reference/errors.md lists the error catalogue, no more and no less', async () => {
  const documented = firstCells(await readFile(`${root}docs/reference/errors.md`, 'utf8'))
  const coded = Object.entries(errorCatalogue).map(([code, status]) => [code, String(status)])
  assert.deepEqual(documented.sort(), coded.sort())
})

test('docs/reference/metrics.md lists the metrics of the code, no more and no less', async () => {
  const documented = firstCells(await readFile(`${root}docs/reference/metrics.md`, 'utf8'))
  const coded: string[][] = []
  for await (const file of glob('{kit,services,operator}/**/*.ts', { cwd: root })) {
    if (file.includes('.test.') || file.includes('node_modules')) continue
    const text = await readFile(root + file, 'utf8')
    for (const [, type, name] of text.matchAll(/\.(counter|gauge|histogram)\(\s*'([a-z_]+)'/g))
      coded.push([name as string, type as string])
  }
  assert.deepEqual(documented.sort(), coded.sort())
})
