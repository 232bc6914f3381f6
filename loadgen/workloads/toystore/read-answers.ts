/** What an answer to a buy says: a number, refused as out of stock, or anything else. */
export type OrderAnswer = number | 'refused' | 'unknown'

/**
 * Reads the answer to a buy in every form that implementations give: `order_number` or `transaction_number` inside
 * `data` or bare (TOY-O1, TOY-O7), the bare number as the whole body (TOY-O3), a refusal with status 200 (TOY-O2)
 * or as the number −1 (TOY-O1). The body decides, not the status.
 */
export function readOrderAnswer(status: number, body: string): OrderAnswer {
  const value = parse(body)
  if (typeof value === 'number') return value >= 0 ? value : 'refused'
  const fields = (value ?? {}) as Record<string, unknown>
  const data = (fields['data'] ?? fields) as Record<string, unknown>
  const number = toInteger(data['order_number'] ?? data['transaction_number'])
  if (number !== undefined && number >= 0) return number
  const error = (fields['error'] ?? fields) as Record<string, unknown>
  const message = typeof error === 'string' ? error : String(error['message'] ?? '')
  return status < 500 && message.includes('out of stock') ? 'refused' : 'unknown'
}

/** The quantity of a toy; undefined for anything that is no toy. */
export function readQuantity(body: string): number | undefined {
  const fields = (parse(body) ?? {}) as Record<string, unknown>
  return toInteger(((fields['data'] ?? fields) as Record<string, unknown>)['quantity'])
}

/** An order as it was read; undefined for anything that is none. */
export function readOrder(body: string): { number: number; name: string; quantity: number } | undefined {
  const fields = (parse(body) ?? {}) as Record<string, unknown>
  const data = (fields['data'] ?? {}) as Record<string, unknown>
  const [number, quantity] = [toInteger(data['number']), toInteger(data['quantity'])]
  if (number === undefined || quantity === undefined || typeof data['name'] !== 'string') return undefined
  return { number, name: data['name'], quantity }
}

/** Some implementations send numbers as texts (TOY-O5). */
function toInteger(value: unknown): number | undefined {
  const number = typeof value === 'string' && value !== '' ? Number(value) : value
  return typeof number === 'number' && Number.isInteger(number) ? number : undefined
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}
