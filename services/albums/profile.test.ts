import assert from 'node:assert/strict'
import { test } from 'node:test'
import { HttpError } from '@chairlift/kit/http/http-error.ts'
import fc from 'fast-check'
import type { AlbumInfo } from './album.ts'
import { longestValue, parseProfile } from './profile.ts'

const parse = (profile: string) => parseProfile(new Map([['profile', profile]]))
const good: AlbumInfo = { artist: 'Sex Pistols', title: 'Never Mind The Bollocks!', year: '1977' }

/** What the generated Java client makes of a profile: toIndentedString() of each field. */
function toStringForm({ artist, title, year }: AlbumInfo, name = 'AlbumsProfile'): string {
  const indented = (value: string) => value.replaceAll('\n', '\n    ')
  return `class ${name} {\n    artist: ${indented(artist)}\n    title: ${indented(title)}\n    year: ${indented(year)}\n}`
}

function refused(texts: ReadonlyMap<string, string>): void {
  assert.throws(
    () => parseProfile(texts),
    (error) => error instanceof HttpError && error.code === 'invalid_input',
  )
}

test('ALB-O1: the toString() text of the generated client is understood, whatever its class is called', () => {
  assert.deepEqual(parse(toStringForm(good)), good)
  assert.deepEqual(parse(toStringForm(good, 'AlbumInfo')), good)
  assert.deepEqual(parse(toStringForm({ ...good, artist: 'null' })), { ...good, artist: 'null' })
  assert.deepEqual(parse(toStringForm({ ...good, title: 'two\nlines: of\n\n it' })), {
    ...good,
    title: 'two\nlines: of\n\n it',
  })
})

test('ALB-O1 ALB-D12: whatever a value holds, it comes back the same or is refused', () => {
  const text = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 40 }),
    fc.constantFrom(
      '\ntitle: x',
      'title: x',
      '\n}',
      '}',
      '\n    year: 1',
      'class X {',
      '\n',
      '\r\n',
      ' ',
      '',
    ),
  )
  const value = fc.array(text, { maxLength: 4 }).map((parts) => parts.join(''))
  fc.assert(
    fc.property(value, value, value, (artist, title, year) => {
      let parsed: AlbumInfo | undefined
      try {
        parsed = parse(toStringForm({ artist, title, year }))
      } catch (error) {
        assert.ok(error instanceof HttpError, String(error))
      }
      if (parsed) assert.deepEqual(parsed, { artist, title, year })
    }),
    { numRuns: 2_000 },
  )
  assert.throws(() => parse(toStringForm({ ...good, artist: 'x\ntitle: y' })), /title twice/)
})

test('ALB-D11: JSON with quotes, backslashes, any script and any order of keys comes back the same', () => {
  for (const artist of ['A "B" \\ C', 'A\tB', 'Künstler', '音楽', '\u202eright to left', '{"a":1}', ''])
    assert.deepEqual(parse(JSON.stringify({ year: '1977', title: 'T', artist })), {
      artist,
      title: 'T',
      year: '1977',
    })
})

test('a year that is a whole number is taken as text; one that a double cannot hold is refused', () => {
  assert.equal(parse('{"artist":"a","title":"t","year":1977}').year, '1977')
  for (const year of ['9007199254740993', '1e999', '1977.5', 'true', '[1977]', '{}', 'null'])
    refused(new Map([['profile', `{"artist":"a","title":"t","year":${year}}`]]))
})

test('ALB-O2: flat fields are understood, in both spellings, and the profile wins over them', () => {
  const flat = new Map(Object.entries(good))
  assert.deepEqual(parseProfile(flat), good)
  assert.deepEqual(
    parseProfile(new Map(Object.entries(good).map(([name, text]) => [`profile[${name}]`, text]))),
    good,
  )
  const other = { artist: 'x', title: 'y', year: 'z' }
  assert.deepEqual(parseProfile(new Map([...flat, ['profile', JSON.stringify(other)]])), other)
  refused(new Map([...flat, ['profile', 'nonsense']]))
})

test('ALB-D13: a missing or unreadable profile is refused with a reason', () => {
  const bad = [
    '',
    'null',
    '[]',
    '"text"',
    '{',
    '{"artist":"a"',
    `${'['.repeat(50_000)}`,
    '{"artist":"a","title":"t"}',
    '{"artist":null,"title":"t","year":"1"}',
    '{"artist":1,"title":"t","year":"1"}',
    '{"__proto__":{"artist":"a","title":"t","year":"1"}}x',
    'class AlbumsProfile {\n    title: t\n    artist: a\n    year: 1\n}',
    'class AlbumsProfile {\n    artist: a\n    title: t\n}',
    'class AlbumsProfile {\n    artist: a\nb\n    title: t\n    year: 1\n}',
    'class AlbumsProfile {\n    artist: a\n    title: t\n    year: 1',
    'class AlbumsProfile { artist: a title: t year: 1 }',
  ]
  for (const profile of bad) refused(new Map([['profile', profile]]))
  refused(new Map())
  refused(new Map([['artist', 'a']]))
})

test('what Postgres or UTF-8 cannot hold is refused, never repaired', () => {
  for (const artist of ['\0', 'a\0b', '\ud800', '\udc00x', 'x'.repeat(longestValue + 1)])
    refused(new Map([['profile', JSON.stringify({ ...good, artist })]]))
  assert.equal(
    parse(JSON.stringify({ ...good, artist: 'x'.repeat(longestValue) })).artist.length,
    longestValue,
  )
})
