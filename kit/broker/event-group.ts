/** An event as it travels: the identity by which every effect is made exactly-once, and the domain's fields. */
export interface IdentifiedEvent {
  id: string
}

export const eventGroupContentType = 'application/json'

/** The body of a message: one or more events, each with its own id. */
export function encodeEventGroup(events: readonly IdentifiedEvent[]): Buffer {
  return Buffer.from(JSON.stringify({ events }))
}

export type DecodedGroup = { events: unknown[] } | { fault: string }

/** Never throws: what a queue holds may be anything. The events themselves are not yet checked. */
export function decodeEventGroup(content: Buffer): DecodedGroup {
  let body: unknown
  try {
    body = JSON.parse(content.toString('utf8'))
  } catch {
    return { fault: content.length === 0 ? 'the body is empty' : 'the body is not JSON' }
  }
  const events = (body as { events?: unknown } | null)?.events
  if (!Array.isArray(events)) return { fault: 'the body has no list "events"' }
  if (events.length === 0) return { fault: 'the list "events" is empty' }
  return { events }
}
