import { isUtf8 } from 'node:buffer'
import type { IncomingMessage } from 'node:http'
import { HttpError } from './http-error.ts'

/**
 * Reads a request's JSON body, at most `limitBytes` of it.
 *
 * Own code instead of Express's body parser, which answers 413 only after it has read all that the client sends
 * (30 s for one that announces a body and sends none), decodes UTF-7, and needs about 4 % more CPU a request.
 * A compressed body is never inflated: a small one may hold a huge one, and no client of these interfaces
 * compresses.
 *
 * @returns undefined for an empty body
 * @throws HttpError unsupported_media_type, payload_too_large, malformed_request
 */
export async function readJson(request: IncomingMessage, limitBytes: number): Promise<unknown> {
  requireJson(request)
  return parse(await readBytes(request, limitBytes))
}

/**
 * Reads a request's whole body, at most `limitBytes` of it.
 *
 * @throws HttpError payload_too_large, malformed_request
 */
export function readBytes(request: IncomingMessage, limitBytes: number): Promise<Buffer> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>()
  const chunks: Buffer[] = []
  let bytes = 0
  const refuseLarge = () =>
    reject(new HttpError('payload_too_large', `the body is larger than ${limitBytes} bytes`))
  const onData = (chunk: Buffer) => {
    bytes += chunk.length
    if (bytes <= limitBytes) {
      chunks.push(chunk)
      return
    }
    chunks.length = 0
    request.off('data', onData)
    // The rest is read and dropped: closing instead could reset the connection before the answer is read.
    request.resume()
    refuseLarge()
  }

  if (Number(request.headers['content-length']) > limitBytes) {
    refuseLarge()
    return promise
  }
  request.on('data', onData)
  request.once('end', () => resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)))
  request.once('error', (cause) =>
    reject(new HttpError('malformed_request', 'the body ended early', { cause })),
  )
  return promise
}

function parse(body: Buffer): unknown {
  if (body.length === 0) return undefined
  if (!isUtf8(body)) throw new HttpError('malformed_request', 'the body is not valid UTF-8')
  try {
    return JSON.parse(body.toString('utf8'))
  } catch (cause) {
    // The parser's own message quotes the input, which must not be echoed.
    throw new HttpError('malformed_request', 'the body is not valid JSON', { cause })
  }
}

const jsonType = /^application\/(json|[\w.-]+\+json)\s*(;|$)/i
const charsetParameter = /;\s*charset\s*=\s*"?([^";\s]*)/i

/** JSON in UTF-8, or no Content-Type at all (clients that leave it out are served). */
function requireJson({ headers }: IncomingMessage): void {
  const type = headers['content-type']
  if (type !== undefined && type !== 'application/json') {
    if (!jsonType.test(type))
      throw new HttpError('unsupported_media_type', 'Content-Type must be application/json')
    const charset = charsetParameter.exec(type)?.[1]?.toLowerCase()
    if (charset !== undefined && charset !== 'utf-8' && charset !== 'utf8')
      throw new HttpError('unsupported_media_type', 'the character set must be UTF-8')
  }
  const encoding = headers['content-encoding']
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity')
    throw new HttpError('unsupported_media_type', 'Content-Encoding is not supported')
}
