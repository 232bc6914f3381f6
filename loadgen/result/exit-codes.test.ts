import assert from 'node:assert/strict'
import { test } from 'node:test'
import { concludeVerdict, exitCodes, type JudgedRun } from './exit-codes.ts'

const check = { id: 'RID-I1', name: 'stored once', passed: true, expected: 1, actual: 1, detail: '' }
const sound: JudgedRun = {
  verification: { passed: true, checks: [check] },
  validity: { verdict: 'warn', reasons: ['busy'] },
  objectives: [],
}
const missed: JudgedRun = {
  ...sound,
  objectives: [{ name: 'p99', unit: 'ms', limit: 1, actual: 2, met: false }],
}
const invalid: JudgedRun = { ...missed, validity: { verdict: 'invalid', reasons: ['busy'] } }
const wrong: JudgedRun = { ...invalid, verification: { passed: false, checks: [check] } }

test('of several verdicts the gravest counts: 1, 97, 96, 98, 99, 0', () => {
  assert.deepEqual(concludeVerdict([sound]), { verdict: 'ok', exitCode: 0 })
  assert.deepEqual(concludeVerdict([sound, missed]), { verdict: 'objective-missed', exitCode: 99 })
  assert.deepEqual(concludeVerdict([missed, invalid]), { verdict: 'generator-invalid', exitCode: 98 })
  assert.deepEqual(concludeVerdict([wrong, sound]), { verdict: 'verification-failed', exitCode: 96 })
  assert.equal(concludeVerdict([wrong], 'target-unreachable').exitCode, 97)
  assert.equal(concludeVerdict([wrong], 'internal-error').exitCode, 1)
  assert.equal(new Set(Object.values(exitCodes)).size, 6)
})

test('an experiment without runs, or a run that verified nothing, is never called ok', () => {
  assert.equal(concludeVerdict([]).exitCode, 1)
  assert.equal(concludeVerdict([{ ...sound, verification: { passed: true, checks: [] } }]).exitCode, 96)
})
