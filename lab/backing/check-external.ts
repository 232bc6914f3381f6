/** A server named by an environment variable that does not answer. */
export class ExternalServerError extends Error {
  constructor(variable: string, url: string, cause: unknown) {
    super(`${variable}: no usable server at ${withoutPassword(url)}: ${describe(cause)}`, { cause })
    this.name = 'ExternalServerError'
  }
}

/** Resolves when the probe succeeds for the variable's URL. @throws ExternalServerError naming the variable */
export async function checkExternal(
  variable: string,
  url: string,
  probe: (url: string) => Promise<void>,
): Promise<void> {
  try {
    await probe(url)
  } catch (error) {
    throw new ExternalServerError(variable, url, error)
  }
}

function withoutPassword(url: string): string {
  if (!URL.canParse(url)) return '(not a URL)'
  const parsed = new URL(url)
  if (parsed.password) parsed.password = '***'
  return parsed.href
}

// Node gives an AggregateError with an empty message when a name has several addresses and none answers.
function describe(cause: unknown): string {
  if (cause instanceof AggregateError && !cause.message) return cause.errors.map(describe).join('; ')
  if (!(cause instanceof Error)) return String(cause)
  const inner = cause.cause === undefined ? '' : ` (${describe(cause.cause)})`
  return `${cause.message || cause.name}${inner}`
}
