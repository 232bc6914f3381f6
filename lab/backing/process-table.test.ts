import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { test } from 'node:test'
import { isRunning, listFamily, readProcess, readProcessTable, readPs } from './process-table.ts'

test('the table names this process and its parent', () => {
  assert.equal(readProcessTable().get(process.pid)?.parentPid, process.ppid)
  assert.equal(readProcess(process.pid)?.parentPid, process.ppid)
})

test('ps tells the same parents, for systems without /proc', () => {
  assert.equal(readPs().get(process.pid)?.parentPid, process.ppid)
  assert.equal(readPs([String(process.pid)]).get(process.pid)?.parentPid, process.ppid)
  assert.equal(readPs([String(process.pid)]).size, 1)
})

test('an ended process is neither found nor running', async () => {
  const child = spawn('sleep', ['60'])
  const identity = readProcess(child.pid as number)
  assert.ok(identity)
  assert.ok(isRunning(identity, readProcessTable()))
  child.kill('SIGKILL')
  await once(child, 'exit')
  assert.equal(readProcess(identity.pid), null)
  assert.ok(!isRunning(identity, readProcessTable()))
})

test('a family holds grandchildren, and nobody when the root is another process under the same id', () => {
  const table = new Map(
    [
      { pid: 10, parentPid: 1, startTime: 'a' },
      { pid: 11, parentPid: 10, startTime: 'b' },
      { pid: 12, parentPid: 11, startTime: 'c' },
      { pid: 20, parentPid: 1, startTime: 'd' },
    ].map((entry) => [entry.pid, entry]),
  )
  const pidsOf = (startTime: string) => listFamily([{ pid: 10, startTime }], table).map(({ pid }) => pid)
  assert.deepEqual(pidsOf('a'), [10, 11, 12])
  assert.deepEqual(pidsOf('earlier'), [])
})
