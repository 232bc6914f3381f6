import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Health, onceTrue } from './health.ts'

test('a process is ready only between its start and its stop', () => {
  const health = new Health()
  assert.deepEqual(health.missing(), { process: 'starting' })
  health.started()
  assert.deepEqual([health.missing(), health.stopping], [{}, false])
  health.stop()
  assert.deepEqual([health.missing(), health.stopping], [{ process: 'stopping' }, true])
})

test('a condition that has held once is not asked again', () => {
  const answers: (true | string)[] = ['not yet', true, 'gone']
  const check = onceTrue(() => answers.shift() ?? 'asked too often')
  assert.deepEqual([check(), check(), check(), check()], ['not yet', true, true, true])
  assert.deepEqual(answers, ['gone'])
})
