import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { extractResult, formatResultBlock } from './result-log.ts'

test('a document comes back from a log, whatever stands around it', () => {
  fc.assert(
    fc.property(fc.string(), fc.string({ unit: 'grapheme' }), fc.string(), (before, document, after) => {
      assert.equal(extractResult(`${before}\n${formatResultBlock(document)}${after}`), document)
    }),
  )
})

test('of two runs in one log the last one counts', () => {
  assert.equal(extractResult(formatResultBlock('first') + formatResultBlock('second')), 'second')
})

test('a log without a result, one that was cut and one that was changed say so', () => {
  const block = formatResultBlock(JSON.stringify({ some: 'document', of: [1, 2, 3] }))
  assert.throws(() => extractResult('started\n'), /there is no result in this log/)
  assert.throws(() => extractResult(block.slice(0, -40)), /ends in the middle/)
  assert.throws(() => extractResult(block.replace(/\n\w{8}/, '\nAAAAAAAA')), /damaged/)
})
