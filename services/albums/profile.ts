import { HttpError } from '@chairlift/kit/http/http-error.ts'
import type { AlbumInfo } from './album.ts'

/** Longest artist, title or year (UTF-16 code units). */
export const longestValue = 4_096

const fields = ['artist', 'title', 'year'] as const

/**
 * The profile of a form, in any of the forms that clients send: JSON, the text of the generated Java client
 * (`class AlbumsProfile {…}`), or separate fields `artist` or `profile[artist]`. The part `profile` wins.
 *
 * What cannot be taken over exactly is refused: nothing is ever stored that differs from what was meant.
 *
 * @param texts the text parts of the form, by name
 * @throws HttpError invalid_input
 */
export function parseProfile(texts: ReadonlyMap<string, string>): AlbumInfo {
  const profile = texts.get('profile')
  if (profile === undefined) return checkValues(fromFields(texts))
  const text = profile.trim()
  if (text.startsWith('{')) return checkValues(fromJson(text))
  if (text.startsWith('class ')) return checkValues(fromToString(text))
  throw invalid('profile must be a JSON object')
}

function fromFields(texts: ReadonlyMap<string, string>): Record<string, unknown> {
  return Object.fromEntries(fields.map((name) => [name, texts.get(name) ?? texts.get(`profile[${name}]`)]))
}

function fromJson(text: string): Record<string, unknown> {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw invalid('profile is not valid JSON', cause)
  }
  const { artist, title, year } = value as Record<string, unknown>
  // Some clients send the year as a number; one that a double cannot hold is no longer what was meant.
  return { artist, title, year: Number.isSafeInteger(year) ? String(year) : year }
}

/**
 * The reverse of the generated client's toString(): each field on a line of its own, four spaces before it, and
 * four spaces after each newline within a value.
 */
function fromToString(text: string): Record<string, unknown> {
  const head = /^class \w+ \{/.exec(text)?.[0]
  if (head === undefined || !text.endsWith('\n}'))
    throw invalid('profile is neither JSON nor class AlbumsProfile')
  const starts = fields.map((name) => {
    const marker = `\n    ${name}: `
    const at = text.indexOf(marker)
    if (at === -1) throw invalid(`profile has no ${name}`)
    if (text.indexOf(marker, at + 1) !== -1) throw invalid(`profile has ${name} twice, so it cannot be read`)
    return { name, at, from: at + marker.length }
  })
  const ordered =
    starts[0]?.at === head.length && starts.every(({ at }, index) => at > (starts[index - 1]?.at ?? 0))
  if (!ordered) throw invalid('profile must have artist, title and year in this order')
  return Object.fromEntries(
    starts.map(({ name, from }, index) => {
      const value = text.slice(from, starts[index + 1]?.at ?? text.length - '\n}'.length)
      if (/\n(?! {4})/.test(value)) throw invalid(`profile has a line that belongs to no field`)
      return [name, value.replaceAll('\n    ', '\n')]
    }),
  )
}

function checkValues(values: Record<string, unknown>): AlbumInfo {
  for (const name of fields) {
    const value = values[name]
    if (value === undefined || value === null) throw invalid(`profile has no ${name}`)
    if (typeof value !== 'string') throw invalid(`${name} must be text`)
    if (value.length > longestValue) throw invalid(`${name} must have at most ${longestValue} characters`)
    // Postgres cannot store NUL, and half a surrogate pair would come back as something else.
    if (value.includes('\0') || !value.isWellFormed()) throw invalid(`${name} holds what is not valid text`)
  }
  return values as AlbumInfo
}

function invalid(message: string, cause?: unknown): HttpError {
  return new HttpError('invalid_input', message, { cause })
}
