import fc from 'fast-check'

/** A response as it goes over the wire, and what a client must make of it. */
export interface ScriptedResponse {
  bytes: Buffer
  status: number
  body: string
  retryAfter: string | undefined
  /** The connection may be used again. */
  reusable: boolean
}

const text = fc.string({ unit: 'grapheme-ascii', maxLength: 60 })
const headerName = fc.constantFrom('Date', 'X-Trace', 'Server', 'Via', 'content-typex', 'Connectionx')
const headerValue = fc.stringMatching(/^[!-~]([ -~]{0,30}[!-~])?$/)
const otherHeaders = fc.array(
  fc.tuple(headerName, headerValue).map(([name, value]) => `${name}: ${value}\r\n`),
  { maxLength: 5 },
)

/** Any case for every letter, and any amount of white space where a header value begins. */
const spelled = (name: string, value: string) =>
  fc
    .tuple(
      fc.array(fc.boolean(), { minLength: name.length, maxLength: name.length }),
      fc.constantFrom('', ' ', '\t '),
    )
    .map(([upper, space]) => {
      const letters = [...name].map((letter, i) => (upper[i] ? letter.toUpperCase() : letter.toLowerCase()))
      return `${letters.join('')}:${space}${value}\r\n`
    })

/** Not 100: undici refuses it unless it was asked for. */
const interim = fc.array(
  fc.constantFrom(
    'HTTP/1.1 102 Processing\r\n\r\n',
    'HTTP/1.1 103 Early Hints\r\nLink: </a>; rel=preload\r\n\r\n',
  ),
  { maxLength: 2 },
)

const chunkedBody = fc
  .tuple(
    fc.array(fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 40 }), { maxLength: 5 }),
    fc.constantFrom('', ';name=value', ';a="b"'),
    fc.constantFrom('', 'X-Trailer: 1\r\n', 'A: 1\r\nBb: 2\r\n'),
  )
  .map(([chunks, extension, trailers]) => ({
    body: chunks.join(''),
    bytes: `${chunks.map((chunk) => `${chunk.length.toString(16)}${extension}\r\n${chunk}\r\n`).join('')}0\r\n${trailers}\r\n`,
  }))

const framing = fc.oneof(
  fc.tuple(text, fc.boolean()).chain(([body, close]) =>
    spelled('content-length', String(body.length)).map((header) => ({
      header: close ? `${header}Connection: close\r\n` : header,
      status: [200, 201, 404, 503],
      bytes: body,
      body,
      reusable: !close,
    })),
  ),
  chunkedBody.chain(({ body, bytes }) =>
    spelled('transfer-encoding', 'chunked').map((header) => ({
      header,
      status: [200, 500],
      bytes,
      body,
      reusable: true,
    })),
  ),
  fc.constant({ header: '', status: [204, 304], bytes: '', body: '', reusable: true }),
  text.map((body) => ({ header: '', status: [200], bytes: body, body, reusable: false })),
)

/** Responses with every way to end a body, header spelling and interim response. */
export const scriptedResponse: fc.Arbitrary<ScriptedResponse> = fc
  .tuple(
    framing,
    otherHeaders,
    interim,
    fc.nat(),
    fc.option(fc.nat(9), { nil: undefined }),
    fc.constantFrom(' OK', ' ', ''),
  )
  .map(([{ header, status: statuses, bytes, body, reusable }, others, interims, pick, retry, reason]) => {
    const status = statuses[pick % statuses.length] as number
    const retryAfter = retry === undefined ? undefined : String(retry)
    const retryLine = retryAfter === undefined ? '' : `retry-AFTER: ${retryAfter}\r\n`
    const head = `HTTP/1.1 ${status}${reason}\r\n${others.join('')}${header}${retryLine}\r\n`
    return { bytes: Buffer.from(`${interims.join('')}${head}${bytes}`), status, body, retryAfter, reusable }
  })

/** Bytes cut at random places. */
export function fragments(bytes: Buffer, cuts: readonly number[]): Buffer[] {
  const at = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((a, b) => a - b)
  const bounds = [0, ...at, bytes.length]
  return bounds
    .slice(1)
    .map((end, i) => bytes.subarray(bounds[i], end))
    .filter((part) => part.length > 0)
}

/** Places to cut at, for `fragments`. */
export const cuts = fc.array(fc.nat(2_000), { maxLength: 12 })

/** Responses no client may take for an answer. */
export const malformedResponses: readonly string[] = [
  'SMTP ready for you\r\n\r\n',
  'HTTP/1.1 abc OK\r\n\r\n',
  'HTTP/1.1 200 OK\r\nContent-Length: twelve\r\n\r\n',
  'HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n',
  'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nabc',
  'HTTP/1.1 200 OK\r\nno colon here\r\n\r\n',
  'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n',
  'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabcd\r\n0\r\n\r\n',
  'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n3\r\nabc\r\n0\r\n\r\n',
]
