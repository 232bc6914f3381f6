import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { checkNamedTests, readExamples, runExample } from '@chairlift/kit/testing/readme-examples.ts'
import { fillReadme, readmeFile } from './generate-readme.ts'
import { startToystore } from './testing/start-toystore.ts'

const readme = await readFile(readmeFile, 'utf8')

test('the generated tables of the README are what the code makes (else: npm run generate)', () => {
  assert.equal(readme, fillReadme(readme))
})

test('the examples of the README print what they say, in their order, and its links lead somewhere', async () => {
  await checkNamedTests(readme, readmeFile)
  await using store = await startToystore()
  const examples = readExamples(readme)
  assert.equal(examples.length, 3)
  for (const example of examples) await runExample(example, { URL: store.url })
})
