import { hash } from 'node:crypto'
import { v7 as uuid } from 'uuid'
import { HttpError } from './http-error.ts'

const keyLimit = 255

/**
 * The id of the event that a request asks for.
 *
 * With an Idempotency-Key it is a UUID made from the key and the whole request (`subject`): a retry is the same
 * event and changes nothing, while the same key with other content is another event, so that nothing accepted is
 * dropped in silence. Without a key every request is an event of its own (UUIDv7).
 *
 * @param subject everything that makes the request what it is, e.g. path and body fields
 * @throws HttpError invalid_input for a key that is empty, longer than 255 characters or not visible ASCII
 */
export function eventId(idempotencyKey: string | string[] | undefined, subject: string): string {
  if (idempotencyKey === undefined) return uuid()
  const valid =
    typeof idempotencyKey === 'string' &&
    idempotencyKey.length <= keyLimit &&
    /^[\x21-\x7e]+$/.test(idempotencyKey)
  if (!valid)
    throw new HttpError('invalid_input', `Idempotency-Key must be 1 to ${keyLimit} visible ASCII characters`)
  const digest = hash('sha256', `${idempotencyKey}\n${subject}`, 'hex')
  // RFC 9562, version 8: a UUID whose bits are the application's own.
  return `${digest.slice(0, 8)}-${digest.slice(8, 12)}-8${digest.slice(13, 16)}-a${digest.slice(17, 20)}-${digest.slice(20, 32)}`
}
