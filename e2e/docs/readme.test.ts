import assert from 'node:assert/strict'
import { access, glob, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { parseExperiment } from '@chairlift/loadgen/experiment/parse-experiment.ts'
import { runChairlift } from '../harness/run-chairlift.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))

async function readDocuments(): Promise<{ file: string; text: string }[]> {
  const documents: { file: string; text: string }[] = []
  for await (const file of glob('{*.md,{kit,services,loadgen,lab,e2e,docs}/**/*.md}', { cwd: root }))
    if (!file.includes('node_modules'))
      documents.push({ file, text: await readFile(join(root, file), 'utf8') })
  return documents
}

test('every experiment in a document is a valid experiment file', async () => {
  let count = 0
  for (const { file, text } of await readDocuments())
    for (const [, yaml] of text.matchAll(/```yaml\n([\s\S]*?)```/g)) {
      if (!yaml?.includes('kind: Experiment')) continue
      parseExperiment(yaml, file)
      count++
    }
  assert.ok(count > 0)
})

test('every link between documents leads somewhere', async () => {
  for (const { file, text } of await readDocuments())
    for (const [, target] of text.matchAll(/\]\((?!https?:|#)([^)#]+)(?:#[^)]*)?\)/g))
      await assert.doesNotReject(access(join(root, dirname(file), target as string)), `${file}: ${target}`)
})

test('every make target that a document names exists', async () => {
  const makefile = await readFile(join(root, 'Makefile'), 'utf8')
  for (const { file, text } of await readDocuments())
    for (const [, target] of text.matchAll(/(?:^|`)make ([a-z][a-z0-9-]*)/gm))
      assert.match(makefile, new RegExp(`^${target}:`, 'm'), `${file}: make ${target}`)
})

test('every chairlift command and option that a document names exists', async () => {
  const helps = new Map<string, string>()
  const help = async (args: string[]) => {
    const key = args.join(' ')
    if (!helps.has(key)) helps.set(key, (await runChairlift([...args, '--help'])).stdout)
    return helps.get(key) as string
  }
  for (const { file, text } of await readDocuments())
    for (const [, line] of text.matchAll(/npx chairlift ([^\n`#]+)/g)) {
      const words = (line as string).trim().split(/\s+/)
      const [command = '', sub = ''] = words
      const path = command === 'parking' ? [command, sub] : [command]
      const shown = await help(path)
      assert.match(shown, new RegExp(`Usage: chairlift ${path.join(' ')}`), `${file}: chairlift ${line}`)
      for (const option of words.filter((word) => word.startsWith('--')))
        assert.ok(shown.includes(option), `${file}: chairlift ${line}: ${option}`)
    }
})
