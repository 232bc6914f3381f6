import assert from 'node:assert/strict'
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { findProgramFolder } from './find-program.ts'

const base = await mkdtemp(join(tmpdir(), 'chairlift-programs-'))
after(() => rm(base, { recursive: true }))

async function install(folder: string, ...programs: string[]): Promise<string> {
  const path = join(base, folder)
  await mkdir(path)
  for (const program of programs) {
    await writeFile(join(path, program), '#!/bin/sh\n')
    await chmod(join(path, program), 0o755)
  }
  return path
}

test('the folder found holds all programs, not only the first', async () => {
  const half = await install('half', 'exampled')
  const whole = await install('whole', 'exampled', 'examplectl')
  assert.equal(await findProgramFolder(['exampled', 'examplectl'], `${half}:${whole}`), whole)
})

test('a file that may not be executed is no program', async () => {
  const folder = await install('plain', 'plaind')
  await chmod(join(folder, 'plaind'), 0o644)
  await assert.rejects(findProgramFolder(['plaind'], folder), { name: 'ProgramMissingError' })
})

test('a missing program is named together with the command that installs it', async () => {
  await assert.rejects(
    findProgramFolder(['nowhered'], ''),
    /nowhered is not installed; .*install-servers\.sh/,
  )
})
