import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isDataFault } from './data-fault.ts'

const withCode = (code: unknown) => Object.assign(new Error('x'), { code })

for (const [code, what] of [
  ['22003', 'number out of range'],
  ['22021', 'character not in the encoding'],
  ['22P02', 'invalid text representation'],
  ['23502', 'not null'],
  ['23503', 'foreign key'],
  ['23505', 'unique'],
  ['23514', 'check'],
] as const)
  test(`${code} (${what}) is the fault of the data`, () => {
    assert.equal(isDataFault(withCode(code)), true)
  })

for (const error of [new TypeError('x'), new RangeError('x'), new SyntaxError('x')])
  test(`a ${error.name} while encoding is the fault of the data`, () => {
    assert.equal(isDataFault(error), true)
  })

for (const [code, what] of [
  ['08006', 'connection failure'],
  ['25006', 'read-only transaction'],
  ['40001', 'serialization failure'],
  ['40P01', 'deadlock'],
  ['42601', 'syntax error'],
  ['42P01', 'undefined table'],
  ['53100', 'disk full'],
  ['53300', 'too many connections'],
  ['55P03', 'lock not available'],
  ['57014', 'statement time-out'],
  ['57P01', 'admin shutdown'],
  ['57P03', 'cannot connect now'],
  ['58030', 'I/O error'],
  ['XX000', 'internal error'],
  ['ECONNREFUSED', 'no server'],
  ['22', 'no SQLSTATE'],
  ['22p02', 'no SQLSTATE either'],
  [22003, 'a number'],
  [undefined, 'none'],
] as const)
  test(`${code} (${what}) is a state of the environment`, () => {
    assert.equal(isDataFault(withCode(code)), false)
  })

for (const thrown of [undefined, null, 'text', 22])
  test(`a thrown ${thrown} is not the fault of the data`, () => {
    assert.equal(isDataFault(thrown), false)
  })
