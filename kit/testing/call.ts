import { request } from 'node:http'

export interface Answer {
  status: number
  headers: Record<string, string | string[] | undefined>
  text: string
  /** The body as JSON, undefined when it is none. */
  json: unknown
}

/**
 * One HTTP request, with the path sent as it is written: `fetch` would normalise hostile ones away.
 *
 * @param body sent as JSON text, or as it is when it is a string or a Buffer
 */
export async function call(
  base: string,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const { hostname, port } = new URL(base)
  const content =
    body === undefined || typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body)
  const answer = Promise.withResolvers<Answer>()
  const outgoing = request(
    {
      hostname,
      port,
      method,
      path,
      headers: {
        ...(content !== undefined && {
          'Content-Type': 'application/json',
          'Content-Length': String(Buffer.byteLength(content)),
        }),
        ...headers,
      },
    },
    (incoming) => {
      const chunks: Buffer[] = []
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
      incoming.on('error', answer.reject)
      incoming.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8')
        const { statusCode: status = 0, headers } = incoming
        answer.resolve({ status, headers, text, json: parseOrUndefined(text) })
      })
    },
  )
  outgoing.on('error', answer.reject)
  outgoing.end(content)
  return await answer.promise
}

function parseOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
