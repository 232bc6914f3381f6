import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'

const script = fileURLToPath(new URL('./install-servers.sh', import.meta.url))
const programs = mkdtempSync(join(tmpdir(), 'chairlift-install-'))
after(() => rmSync(programs, { recursive: true }))

function addProgram(name: string, body: string): void {
  writeFileSync(join(programs, name), `#!/bin/sh\n${body}\n`)
  chmodSync(join(programs, name), 0o755)
}

function install(parameters: string[], path: string) {
  return spawnSync('/bin/sh', [script, ...parameters], { encoding: 'utf8', env: { PATH: path } })
}

test('nothing is said or done when nothing is missing', () => {
  for (const name of ['rabbitmq-server', 'redis-server', 'initdb', 'wrk']) addProgram(name, 'exit 1')
  const { status, stdout, stderr } = install(['wrk'], programs)
  assert.deepEqual({ status, stdout, stderr }, { status: 0, stdout: '', stderr: '' })
})

test('without root and sudo the one command is printed, and nothing is installed', () => {
  for (const name of ['rabbitmq-server', 'redis-server', 'initdb']) addProgram(name, 'exit 1')
  addProgram('id', 'echo 1000')
  addProgram('apt-get', 'echo called')
  const { status, stdout, stderr } = install(['chromium'], programs)
  assert.equal(status, 1)
  assert.equal(stdout, '')
  assert.match(stderr, /^ {2}sudo apt-get install --yes --no-install-recommends chromium$/m)
})

test('a tool it does not know is refused', () => {
  const { status, stderr } = install(['netscape'], programs)
  assert.equal(status, 2)
  assert.match(stderr, /'netscape'; there are curl, wrk and chromium/)
})
