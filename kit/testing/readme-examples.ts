import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { access, readFile } from 'node:fs/promises'
import { promisify } from 'node:util'

/** An example of a README: a block marked `sh test`, and the output that it promises right after it. */
export interface ReadmeExample {
  script: string
  output: string
}

/** All examples of a README. @throws AssertionError when one has no promised output */
export function readExamples(readme: string): ReadmeExample[] {
  const found = [...readme.matchAll(/^```sh test\n(.*?)^```\n\n```text output\n(.*?)^```$/gms)]
  assert.equal(found.length, readme.match(/^```sh test$/gm)?.length ?? 0, 'an example without output')
  return found.map(([, script = '', output = '']) => ({ script, output }))
}

/** Runs an example in bash, from the project's root, with `environment` added. @throws AssertionError */
export async function runExample(
  { script, output }: ReadmeExample,
  environment: Readonly<Record<string, string>>,
): Promise<void> {
  const { stdout } = await promisify(execFile)('bash', ['-e', '-c', script], {
    cwd: new URL('../../', import.meta.url),
    env: { ...process.env, ...environment },
  })
  assert.equal(stdout.trimEnd(), output.trimEnd())
}

/**
 * Checks that every linked file is there, and that every test named after a link to a test file is in it.
 *
 * @returns how many tests are named
 */
export async function checkNamedTests(readme: string, readmeFile: URL): Promise<number> {
  const links = [...readme.matchAll(/\]\(([^)#]+)\)/g)].map((match) => match[1] as string)
  for (const link of links) if (!/^https?:/.test(link)) await access(new URL(link, readmeFile))
  const named = [...readme.matchAll(/\]\((\S+\.test\.ts)\) `([^`]+)`/g)]
  for (const [, file = '', name = ''] of named)
    assert.ok(
      (await readFile(new URL(file, readmeFile), 'utf8')).includes(`test('${name}'`),
      `${file}: ${name}`,
    )
  return named.length
}
