import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { int32Max, listQueryParameter, parseIntegerParameter, parseTextParameter } from './parameters.ts'

describe('an integer parameter', () => {
  test('is read in its canonical form', () => {
    fc.assert(
      fc.property(fc.nat(int32Max), (value) => {
        assert.equal(parseIntegerParameter(String(value), 'id', 0, int32Max), value)
      }),
    )
  })

  const wrong = [
    '',
    '-1',
    '-0',
    '+1',
    ' 1',
    '1 ',
    '01',
    '00',
    '1.0',
    '1e3',
    '0x1',
    '1_0',
    '١',
    '１',
    'NaN',
    '2147483648',
  ]
  for (const text of [
    ...wrong,
    '9223372036854775808',
    '9'.repeat(1_000),
    '1\n',
    '%31',
    undefined,
    ['1'],
    1,
    null,
  ])
    test(`is refused as ${JSON.stringify(text)?.slice(0, 24)}`, () => {
      assert.throws(() => parseIntegerParameter(text, 'id', 0, int32Max), {
        code: 'invalid_input',
        message: 'id must be an integer from 0 to 2147483647',
      })
    })

  test('is refused outside of its range', () => {
    assert.equal(parseIntegerParameter('366', 'day', 1, 366), 366)
    for (const text of ['0', '367']) assert.throws(() => parseIntegerParameter(text, 'day', 1, 366))
  })
})

test('a text parameter is taken only when it matches', () => {
  assert.equal(parseTextParameter('2024', 'season', /^\d{4}$/, 'four digits'), '2024')
  for (const text of ['', '20245', undefined, ['2024']])
    assert.throws(() => parseTextParameter(text, 'season', /^\d{4}$/, 'four digits'), {
      message: 'season must be four digits',
    })
})

test('a repeatable query parameter is a list, absent or not', () => {
  assert.deepEqual([undefined, 'a', ['a', 'b']].map(listQueryParameter), [[], ['a'], ['a', 'b']])
})
