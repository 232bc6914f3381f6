import { once } from 'node:events'
import { request as httpRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'

export interface Answer {
  status: number
  body: string
}

/** Big enough for a process's metrics; a page without end must not fill the memory. */
const maxBytes = 4 * 1024 * 1024

/**
 * GET with a deadline. User and password in the URL become Basic authentication. Redirections are not followed.
 * @throws Error when there is no complete answer of at most 4 MiB in time
 */
export async function httpGet(
  address: string | URL,
  options: { timeoutMs?: number; ca?: string | undefined } = {},
): Promise<Answer> {
  const url = new URL(address)
  const auth =
    url.username === ''
      ? undefined
      : `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`
  url.username = url.password = ''
  const request = (url.protocol === 'http:' ? httpRequest : httpsRequest)(url, {
    signal: AbortSignal.timeout(options.timeoutMs ?? 3_000),
    headers: { Accept: 'application/json, text/plain' },
    ...(auth !== undefined && { auth }),
    ...(options.ca !== undefined && { ca: options.ca }),
  })
  request.end()
  const [response] = (await once(request, 'response')) as [IncomingMessage]
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes > maxBytes) throw new Error(`more than ${maxBytes} bytes`)
    chunks.push(chunk)
  }
  return { status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString('utf8') }
}
