import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { test } from 'node:test'
import { endProcesses } from './end-processes.ts'
import { type ProcessEntry, readProcess } from './process-table.ts'

function startShell(script: string) {
  const child = spawn('sh', ['-c', script], { stdio: ['ignore', 'pipe', 'ignore'] })
  const entry = readProcess(child.pid as number) as ProcessEntry
  return { child, entry }
}

test('a process ends with its children, even when it is stopped', async () => {
  const { child, entry } = startShell('sleep 61 & echo $!; wait')
  const [output] = (await once(child.stdout, 'data')) as [Buffer]
  const sleeper = Number(output.toString())
  assert.ok(readProcess(sleeper))
  child.kill('SIGSTOP')
  await endProcesses([{ ...entry, signal: 'SIGTERM' }], 200)
  assert.equal(readProcess(child.pid as number), null)
  assert.equal(readProcess(sleeper), null)
})

test('a process that ignores its signal gets SIGKILL after the grace period', async () => {
  const { child, entry } = startShell("trap '' TERM; echo ready; while :; do sleep 1; done")
  const exited = once(child, 'exit')
  await once(child.stdout, 'data')
  await endProcesses([{ ...entry, signal: 'SIGTERM' }], 100)
  assert.deepEqual(await exited, [null, 'SIGKILL'])
})

test('a later process under the same id is left alone', async () => {
  const { child, entry } = startShell('echo ready; exec sleep 62')
  await once(child.stdout, 'data')
  await endProcesses([{ ...entry, startTime: 'another', signal: 'SIGKILL' }], 0)
  assert.ok(readProcess(entry.pid))
  child.kill('SIGKILL')
  await once(child, 'exit')
})
