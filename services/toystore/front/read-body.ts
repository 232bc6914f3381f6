import type { IncomingMessage } from 'node:http'
import { HttpError } from '@chairlift/kit/http/http-error.ts'
import { readBytes, readJson } from '@chairlift/kit/http/read-json.ts'

const formType = /^application\/x-www-form-urlencoded\s*(;|$)/i

/**
 * An order's body: JSON, also without a Content-Type (TOY-O6), or a form (TOY-O3), whose numbers are digits.
 *
 * @throws HttpError as readJson
 */
export async function readOrderBody(request: IncomingMessage, limitBytes: number): Promise<unknown> {
  if (!formType.test(request.headers['content-type'] ?? '')) return await readJson(request, limitBytes)
  const fields = new URLSearchParams((await readBytes(request, limitBytes)).toString('utf8'))
  const body: Record<string, unknown> = {}
  for (const name of ['name', 'toyname', 'quantity', 'type']) {
    const values = fields.getAll(name)
    if (values.length > 1) throw new HttpError('invalid_input', `${name} is given more than once`)
    if (values.length === 0) continue
    const text = values[0] as string
    body[name] = name === 'quantity' && /^(0|[1-9][0-9]{0,15})$/.test(text) ? Number(text) : text
  }
  return body
}
