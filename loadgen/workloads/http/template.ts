import { seededRandom } from '../../statistics/random.ts'

/** What the placeholders of one request are filled from. */
export interface TemplateContext {
  /** Number of the item, from 0. */
  item: number
  /** Different for every run. */
  runId: string
  random: () => number
}

/** Fills in the placeholders of a text. */
export type Template = (context: TemplateContext) => string

/** A placeholder that says nothing; the message is what was expected. */
export class TemplateError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'TemplateError'
  }
}

/** How a filled-in value is written where it stands. */
export type Escape = (value: string) => string

export const asPathSegment: Escape = encodeURIComponent
export const asJsonText: Escape = (value) => JSON.stringify(value).slice(1, -1)
export const asIs: Escape = (value) => value

/**
 * Compiles a text with placeholders: `{{sequence}}` the item's number, `{{integer 1 100}}`, `{{choice red green}}`,
 * `{{string 8}}` lower-case letters and digits, `{{uuid}}`, `{{run}}` an id of the run.
 *
 * @throws TemplateError for an unknown or incomplete placeholder
 */
export function compileTemplate(text: string, escape: Escape): Template {
  const parts = text.split(/\{\{([^{}]*)\}\}/)
  // Every odd part is what stood between the braces.
  const templates = parts.map((part, index): Template => {
    if (index % 2 === 0) return () => part
    const fill = compilePlaceholder(part.trim())
    return (context) => escape(fill(context))
  })
  if (templates.length === 1) return () => text
  return (context) => {
    let filled = ''
    for (const template of templates) filled += template(context)
    return filled
  }
}

/** A random stream that is the same for the same item and step of a run: a retry sends the very same bytes. */
export function randomOf(seed: number, item: number, step: number): () => number {
  return seededRandom(
    Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(item + 1, 0xc2b2ae35) ^ Math.imul(step, 0x27d4eb2f),
  )
}

function compilePlaceholder(text: string): Template {
  const [name = '', ...words] = text.split(/\s+/)
  switch (name) {
    case 'sequence':
      return ({ item }) => String(item)
    case 'run':
      return ({ runId }) => runId
    case 'uuid':
      return ({ random }) => makeUuid(random)
    case 'integer': {
      const [low, high] = words.map(Number)
      if (
        words.length !== 2 ||
        !Number.isSafeInteger(low) ||
        !Number.isSafeInteger(high) ||
        Number(low) > Number(high)
      )
        throw new TemplateError(`expected {{integer LOWEST HIGHEST}}, got {{${text}}}`)
      const [from, count] = [Number(low), Number(high) - Number(low) + 1]
      return ({ random }) => String(from + Math.floor(random() * count))
    }
    case 'choice':
      if (words.length === 0) throw new TemplateError('expected {{choice ONE TWO …}}, got {{choice}}')
      return ({ random }) => words[Math.floor(random() * words.length)] as string
    case 'string': {
      const length = Number(words[0])
      if (words.length !== 1 || !Number.isInteger(length) || length < 1 || length > 100_000)
        throw new TemplateError(`expected {{string LENGTH}}, 1 to 100000, got {{${text}}}`)
      return ({ random }) => makeText(length, random)
    }
    default:
      throw new TemplateError(
        `expected one of {{sequence}}, {{run}}, {{uuid}}, {{integer A B}}, {{choice A B}}, {{string N}}, got {{${text}}}`,
      )
  }
}

const letters = 'abcdefghijklmnopqrstuvwxyz0123456789'

function makeText(length: number, random: () => number): string {
  let text = ''
  for (let at = 0; at < length; at++) text += letters[Math.floor(random() * letters.length)]
  return text
}

/** A random UUID, version 4. */
function makeUuid(random: () => number): string {
  return 'xxxxxxxx-xxxx-4xxx-yxxx-xxxxxxxxxxxx'.replace(/[xy]/g, (kind) =>
    (kind === 'x' ? Math.floor(random() * 16) : 8 + Math.floor(random() * 4)).toString(16),
  )
}
