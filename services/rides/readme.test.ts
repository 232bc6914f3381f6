import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { after, before, test } from 'node:test'
import { checkNamedTests, readExamples, runExample } from '@chairlift/kit/testing/readme-examples.ts'
import { fillReadme, readmeFile } from './generate-readme.ts'
import { type RunningRides, startRides } from './testing/start-rides.ts'

const readme = await readFile(readmeFile, 'utf8')
const examples = readExamples(readme)
let rides: RunningRides

before(async () => {
  rides = await startRides()
})
after(() => rides[Symbol.asyncDispose]())

test('the generated tables of the README are what the code makes (else: npm run generate)', () => {
  assert.equal(readme, fillReadme(readme))
})

test('the README has examples', () => {
  assert.ok(examples.length >= 4)
})

for (const example of examples)
  test(`the README's example prints what it says: ${example.script.split('\n')[0]?.slice(0, 70)}`, async () => {
    await runExample(example, { URL: rides.url })
  })

test('every file and every test that the README names is there', async () => {
  assert.ok((await checkNamedTests(readme, readmeFile)) >= 10)
})
