import assert from 'node:assert/strict'
import { test } from 'node:test'
import { matchesEntityTag, parseRange } from './byte-range.ts'

test('one range is understood in its three forms and cut at the end', () => {
  assert.deepEqual(parseRange('bytes=0-0', 100), { first: 0, last: 0 })
  assert.deepEqual(parseRange('bytes=10-', 100), { first: 10, last: 99 })
  assert.deepEqual(parseRange('bytes=90-1000', 100), { first: 90, last: 99 })
  assert.deepEqual(parseRange('bytes=-4', 100), { first: 96, last: 99 })
  assert.deepEqual(parseRange('bytes=-1000', 100), { first: 0, last: 99 })
})

test('a range behind the end cannot be satisfied; anything else is passed over', () => {
  for (const header of ['bytes=100-', 'bytes=100-200', 'bytes=999999999999999-', 'bytes=-0'])
    assert.equal(parseRange(header, 100), 'unsatisfiable', header)
  const odd = [
    undefined,
    '',
    'bytes',
    'bytes=',
    'bytes=-',
    'bytes=5-3',
    'bytes=0-1,5-6',
    'lines=0-1',
    'bytes=a-b',
    'bytes=1e3-',
  ]
  for (const header of odd) assert.equal(parseRange(header, 100), undefined, header)
})

test('an entity tag is found in a list, weak or not', () => {
  for (const header of ['"a"', 'W/"a"', '"b", "a"', '*']) assert.ok(matchesEntityTag(header, '"a"'), header)
  for (const header of [undefined, '', 'a', '"b"', '"ab"'])
    assert.ok(!matchesEntityTag(header, '"a"'), header)
})
