import assert from 'node:assert/strict'
import { test } from 'node:test'
import { suggestName } from './suggest-name.ts'

const known = ['threads', 'repetitions', 'p99', 'p999', 'maxQueueDepth']

test('a misspelt, swapped or wrongly capitalised name suggests the one that was meant', () => {
  assert.equal(suggestName('thread', known), 'threads')
  assert.equal(suggestName('therads', known), 'threads')
  assert.equal(suggestName('Threads', known), 'threads')
  assert.equal(suggestName('repititions', known), 'repetitions')
  assert.equal(suggestName('maxqueuedepth', known), 'maxQueueDepth')
  assert.equal(suggestName('p9', known), 'p99')
})

test('a name that is like none suggests none', () => {
  assert.equal(suggestName('colour', known), undefined)
  assert.equal(suggestName('x'.repeat(100_000), known), undefined)
  assert.equal(suggestName('', known), undefined)
})
