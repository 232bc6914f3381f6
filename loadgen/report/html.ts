/** Mark-up that is known to be well-formed and escaped; only {@link html} and {@link trustMarkup} make it. */
export class Markup {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

type Content = string | number | Markup | null | undefined | readonly Content[]

/** Builds mark-up; every interpolated text is escaped, mark-up and lists of it are inserted as they are. */
export function html(parts: TemplateStringsArray, ...values: Content[]): Markup {
  let text = parts[0] ?? ''
  values.forEach((value, index) => {
    text += render(value) + (parts[index + 1] ?? '')
  })
  return new Markup(text)
}

/** Declares a text as mark-up. Only for what our own code has drawn, never for anything read. */
export function trustMarkup(text: string): Markup {
  return new Markup(text)
}

/** Escapes a text for element content and quoted attributes; control characters HTML forbids are replaced. */
export function escapeHtml(text: string): string {
  return text
    .replace(/[^\P{Cc}\t\n\r]/gu, '\u{fffd}')
    .replace(/[&<>"'`]/g, (character) => `&#${character.charCodeAt(0)};`)
}

function render(value: Content): string {
  if (value === null || value === undefined) return ''
  if (value instanceof Markup) return value.text
  if (typeof value === 'object') return value.map(render).join('')
  return escapeHtml(String(value))
}
