import { HttpError } from '@chairlift/kit/http/http-error.ts'
import Type, { type Static } from 'typebox'
import { Compile } from 'typebox/compile'

const toyName = Type.String({ minLength: 1, maxLength: 128, description: 'Name of the toy, case-sensitive.' })

/** The body of createOrder; unknown fields are ignored. */
export const OrderRequest = Type.Object(
  {
    name: Type.Optional(toyName),
    toyname: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 128,
        description: 'Alias of `name` (one implementation sends it).',
      }),
    ),
    quantity: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER, description: 'How many.' }),
    type: Type.Optional(Type.String({ description: 'Sent by later editions (`sell`); ignored.' })),
  },
  {
    anyOf: [
      { properties: { name: {} }, required: ['name'] },
      { properties: { toyname: {} }, required: ['toyname'] },
    ],
  },
)
const bodyCheck = Compile(OrderRequest)

/** What is asked for. @throws HttpError invalid_input */
export function parseOrderRequest(body: unknown): { name: string; quantity: number } {
  if (!bodyCheck.Check(body)) {
    const error = bodyCheck.Errors(body)[0]
    throw new HttpError('invalid_input', `body${error?.instancePath.replaceAll('/', '.')} ${error?.message}`)
  }
  const { name, toyname, quantity } = body as Static<typeof OrderRequest>
  const asked = name ?? toyname
  if (asked === undefined) throw new HttpError('invalid_input', 'body must have a name')
  return { name: asked, quantity }
}

/** Digits only, and within what a number can hold exactly. @throws HttpError invalid_input */
export function parseOrderNumber(text: unknown): number {
  if (typeof text === 'string' && /^(0|[1-9][0-9]{0,15})$/.test(text)) {
    const number = Number(text)
    if (Number.isSafeInteger(number)) return number
  }
  throw new HttpError('invalid_input', 'order_number must be an integer from 0')
}

/** @throws HttpError invalid_input */
export function parseIdempotencyKey(value: string | string[] | undefined): string | undefined {
  if (value === undefined) return undefined
  if (typeof value === 'string' && /^[\x21-\x7e]{1,128}$/.test(value)) return value
  throw new HttpError('invalid_input', 'Idempotency-Key must be 1 to 128 visible ASCII characters')
}
