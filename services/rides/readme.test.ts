import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { access, readFile } from 'node:fs/promises'
import { after, before, test } from 'node:test'
import { promisify } from 'node:util'
import { fillReadme, readmeFile } from './generate-readme.ts'
import { type RunningRides, startRides } from './testing/start-rides.ts'

const readme = await readFile(readmeFile, 'utf8')
/** A block marked `sh test`, and the output that the README promises right after it. */
const examples = [...readme.matchAll(/^```sh test\n(.*?)^```\n\n```text output\n(.*?)^```$/gms)]
let rides: RunningRides

before(async () => {
  rides = await startRides()
})
after(() => rides[Symbol.asyncDispose]())

test('the generated tables of the README are what the code makes (else: npm run generate)', () => {
  assert.equal(readme, fillReadme(readme))
})

test('every example of the README is a test', () => {
  assert.equal(examples.length, readme.match(/^```sh test$/gm)?.length)
  assert.ok(examples.length >= 4)
})

for (const [, script = '', output = ''] of examples)
  test(`the README's example prints what it says: ${script.split('\n')[0]?.slice(0, 70)}`, async () => {
    const bash = promisify(execFile)('bash', ['-e', '-c', script], {
      env: { ...process.env, URL: rides.url },
    })
    assert.equal((await bash).stdout.trimEnd(), output.trimEnd())
  })

test('every file and every test that the README names is there', async () => {
  const links = [...readme.matchAll(/\]\(([^)#]+)\)/g)].map((match) => match[1] as string)
  for (const link of links) await access(new URL(link, readmeFile))
  const named = [...readme.matchAll(/\]\((\S+\.test\.ts)\) `([^`]+)`/g)]
  assert.ok(named.length >= 10)
  for (const [, file = '', name = ''] of named)
    assert.ok(
      (await readFile(new URL(file, readmeFile), 'utf8')).includes(`test('${name}'`),
      `${file}: ${name}`,
    )
})
