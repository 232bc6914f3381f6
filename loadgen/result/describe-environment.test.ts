import assert from 'node:assert/strict'
import os from 'node:os'
import { test } from 'node:test'
import { describeEnvironment } from './describe-environment.ts'

test('the machine is described without its name', () => {
  const environment = describeEnvironment({ postgres: '17.6' }, null)
  assert.match(environment.hostHash, /^[0-9a-f]{12}$/)
  assert.notEqual(environment.hostHash, os.hostname())
  assert.equal(environment.node, process.version)
  assert.ok(environment.cpus >= 1 && environment.memoryBytes > 0)
  assert.deepEqual([environment.backing, environment.gitCommit], [{ postgres: '17.6' }, null])
})
