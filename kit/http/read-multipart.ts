import type { IncomingMessage } from 'node:http'
import type { Readable } from 'node:stream'
import { Busboy, type BusboyInstance } from '@fastify/busboy'
import { HttpError } from './http-error.ts'

export interface MultipartLimits {
  /** Largest request body (bytes); more is refused by Content-Length or while it arrives. */
  bodyBytes: number
  parts: number
}

/** One part of a form. The stream must be read to its end, or the rest of the form does not come. */
export interface Part {
  name: string
  /** Lower-case media type; text/plain when the part has none. */
  contentType: string
  fileName: string | undefined
  stream: Readable
}

/** RFC 2046, 5.1.1: a boundary has at most 70 characters. */
const longestBoundary = 70
const headBytes = 8_192
const longestName = 100

/**
 * Reads a multipart/form-data body as a stream: `receive` is called for each part as soon as its head is there.
 *
 * Every part is handed over as bytes, so that text can be checked to be UTF-8 rather than repaired in silence.
 * On any fault the rest of the request is read and dropped, so that the client gets to read its answer.
 *
 * @returns when the form has ended and every `receive` has resolved
 * @throws HttpError malformed_request, payload_too_large, unsupported_media_type; or what a `receive` throws
 */
export function readMultipart(
  request: IncomingMessage,
  limits: MultipartLimits,
  receive: (part: Part) => Promise<void>,
): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  let settled = false
  let bytes = 0
  const parser = openParser(request, limits)
  const receiving: Promise<void>[] = []
  const streams = new Set<Readable>()

  const fail = (error: unknown) => {
    if (settled) return
    settled = true
    request.unpipe(parser)
    // The parser may have more to say about a form that nobody waits for any more.
    parser.on('error', () => undefined)
    for (const stream of streams) stream.destroy(error instanceof Error ? error : new Error(String(error)))
    parser.destroy()
    request.resume()
    // Receivers clean up first: their files must be gone when the answer is sent.
    void Promise.allSettled(receiving).then(() => reject(error))
  }
  const succeed = () => {
    if (settled) return
    void Promise.all(receiving).then(() => {
      if (settled) return
      settled = true
      resolve()
    }, fail)
  }

  const onData = (chunk: Buffer) => {
    bytes += chunk.length
    if (bytes <= limits.bodyBytes) return
    request.off('data', onData)
    fail(new HttpError('payload_too_large', `the body is larger than ${limits.bodyBytes} bytes`))
  }
  parser.on('file', (name: string | undefined, stream, fileName, encoding, contentType) => {
    // A stream that is destroyed because of another part's fault has nobody else to tell.
    stream.on('error', () => undefined)
    const fault = settled ? undefined : faultOfHead(name, encoding)
    if (settled || fault) {
      stream.resume()
      if (fault) fail(fault)
      return
    }
    streams.add(stream)
    stream.once('close', () => streams.delete(stream))
    const received = receive({ name: name as string, contentType, fileName, stream })
    received.catch(fail)
    receiving.push(received)
  })
  parser.on('partsLimit', () => fail(new HttpError('malformed_request', 'the form has too many parts')))
  parser.on('error', (cause) => fail(new HttpError('malformed_request', 'not a valid form', { cause })))
  parser.on('finish', succeed)
  request.on('data', onData)
  // An abort comes as `close` without `end`; the parser alone would wait for ever.
  request.once('close', () => {
    if (!request.complete) fail(new HttpError('malformed_request', 'the body ended early'))
  })
  request.once('error', (cause) =>
    fail(new HttpError('malformed_request', 'the body ended early', { cause })),
  )
  request.pipe(parser)
  return promise
}

function openParser(request: IncomingMessage, limits: MultipartLimits): BusboyInstance {
  const { headers } = request
  const contentType = headers['content-type'] ?? ''
  const drop = (error: HttpError): HttpError => {
    request.resume()
    return error
  }
  if (!/^multipart\/form-data\s*(;|$)/i.test(contentType))
    throw drop(new HttpError('malformed_request', 'Content-Type must be multipart/form-data'))
  const boundary = /;\s*boundary=(?:"([^"]*)"|([^\s;]+))/i.exec(contentType)
  const text = boundary?.[1] ?? boundary?.[2] ?? ''
  if (text === '' || text.length > longestBoundary)
    throw drop(
      new HttpError('malformed_request', `the boundary must have 1 to ${longestBoundary} characters`),
    )
  const encoding = headers['content-encoding']
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity')
    throw drop(new HttpError('unsupported_media_type', 'Content-Encoding is not supported'))
  if (Number(headers['content-length']) > limits.bodyBytes)
    throw drop(new HttpError('payload_too_large', `the body is larger than ${limits.bodyBytes} bytes`))
  try {
    return new Busboy({
      headers: { ...headers, 'content-type': contentType },
      isPartAFile: () => true,
      limits: { parts: limits.parts, headerPairs: 16, headerSize: headBytes },
    })
  } catch (cause) {
    throw drop(new HttpError('malformed_request', 'not a valid form', { cause }))
  }
}

function faultOfHead(name: string | undefined, encoding: string): HttpError | undefined {
  if (name === undefined || name === '') return new HttpError('malformed_request', 'a part has no name')
  if (name.length > longestName)
    return new HttpError('malformed_request', `a part's name is longer than ${longestName} characters`)
  if (!['7bit', '8bit', 'binary'].includes(encoding))
    return new HttpError('unsupported_media_type', 'Content-Transfer-Encoding is not supported')
  return undefined
}

/**
 * Reads a part that holds text.
 *
 * @throws HttpError payload_too_large beyond `limitBytes`, malformed_request when it is not valid UTF-8
 */
export function readText({ name, stream }: Part, limitBytes: number): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  const chunks: Buffer[] = []
  let bytes = 0
  stream.on('data', (chunk: Buffer) => {
    bytes += chunk.length
    if (bytes <= limitBytes) chunks.push(chunk)
    else reject(new HttpError('payload_too_large', `${name} is larger than ${limitBytes} bytes`))
  })
  stream.once('error', reject)
  stream.once('end', () => {
    const text = Buffer.concat(chunks)
    // A text's first bytes may be a byte order mark; the decoder must not swallow it.
    try {
      resolve(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(text))
    } catch (cause) {
      reject(new HttpError('malformed_request', `${name} is not valid UTF-8`, { cause }))
    }
  })
  return promise
}
