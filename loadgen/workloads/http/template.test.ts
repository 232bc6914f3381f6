import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compileRequest } from './compile-request.ts'
import { asIs, asPathSegment, compileTemplate, randomOf } from './template.ts'

const context = (item: number, step = 0) => ({ item, runId: 'r1', random: randomOf(7, item, step) })

test('placeholders are filled from the item, the run and the seed, the same for the same item', () => {
  const fill = compileTemplate(
    '/{{sequence}}/{{ run }}/{{integer 5 5}}/{{choice a}}/{{string 3}}/{{uuid}}',
    asPathSegment,
  )
  const first = fill(context(3))
  assert.match(
    first,
    /^\/3\/r1\/5\/a\/[a-z0-9]{3}\/[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
  )
  assert.equal(fill(context(3)), first)
  assert.notEqual(fill(context(4)), first)
  assert.equal(compileTemplate('/plain', asIs)(context(1)), '/plain')
})

test('numbers cover their whole range and nothing else', () => {
  const fill = compileTemplate('{{integer -1 2}}', asIs)
  const seen = new Set(Array.from({ length: 200 }, (_, item) => fill(context(item))))
  assert.deepEqual([...seen].sort(), ['-1', '0', '1', '2'])
})

test('values are escaped for where they stand, and a lone number in JSON is a number', () => {
  const build = compileRequest({
    name: 'post',
    method: 'POST',
    path: '/a/{{choice "&?}}',
    headers: { 'X-Run': '{{run}}' },
    json: {
      text: 'say {{choice "x"}}',
      count: '{{integer 4 4}}',
      item: '{{sequence}}',
      label: 'no {{sequence}}',
    },
  })
  const { method, path, headers, body } = build(context(9))
  assert.deepEqual([method, path], ['POST', '/a/%22%26%3F'])
  assert.equal(headers, 'X-Run: r1\r\nContent-Type: application/json\r\n')
  assert.deepEqual(JSON.parse(String(body)), { text: 'say "x"', count: 4, item: 9, label: 'no 9' })
})

test('a placeholder that says nothing is refused with what was expected', () => {
  for (const [text, expected] of [
    ['{{integer 5}}', /expected \{\{integer LOWEST HIGHEST\}\}, got \{\{integer 5\}\}/],
    ['{{integer 5 1}}', /expected \{\{integer/],
    ['{{choice}}', /expected \{\{choice/],
    ['{{string x}}', /expected \{\{string LENGTH\}\}/],
    ['{{intger 1 2}}', /expected one of .* got \{\{intger 1 2\}\}/],
  ] as const)
    assert.throws(() => compileTemplate(text, asIs), expected)
})
