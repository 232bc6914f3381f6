import { once } from 'node:events'
import { request as httpRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { StringDecoder } from 'node:string_decoder'
import { ApiError, ApiUnreachable, NotLeader } from './api-error.ts'
import type { ClusterAccess } from './cluster-access.ts'

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

export interface Call {
  query?: Record<string, string | number | boolean | undefined>
  body?: unknown
  /** Of the body; a PATCH is a JSON merge patch unless this says otherwise. */
  contentType?: string
  timeoutMs?: number
  signal?: AbortSignal
}

export interface WatchCall {
  query: Record<string, string | number | boolean | undefined>
  /** The call ends after this time even if the server never closes it: a half-open connection looks idle. */
  timeoutMs: number
  signal: AbortSignal
  /** @returns whether to read on; false ends the watch */
  onLine(line: string): boolean
}

/** JSON calls to one API server, each with a deadline. Objects are passed as they are: no field is dropped. */
export interface ApiClient {
  /** @throws ApiError, ApiUnreachable, NotLeader */
  request<T>(method: Method, path: string, call?: Call): Promise<T>
  /** Reads lines until the server ends the answer. @throws ApiError, ApiUnreachable (deadline included) */
  watch(path: string, call: WatchCall): Promise<void>
  /** The same client, whose writes are held back while `mayWrite` says no. */
  fenced(mayWrite: () => boolean): ApiClient
}

/** Longer than any answer of a healthy API server, shorter than any lease. */
const defaultTimeoutMs = 5_000

/** @param onAnswer is told each answer's status, 0 for none: the source of the client's metrics */
export function createApiClient(
  access: ClusterAccess,
  onAnswer: (method: Method, status: number) => void = () => undefined,
  mayWrite: () => boolean = () => true,
): ApiClient {
  async function open(method: Method, path: string, call: Call, signal: AbortSignal) {
    const query = new URLSearchParams()
    for (const [name, value] of Object.entries(call.query ?? {}))
      if (value !== undefined) query.set(name, String(value))
    const url = new URL(`${access.server.replace(/\/$/, '')}${path}${query.size > 0 ? `?${query}` : ''}`)
    const { headers, ...transport } = await access.authorize()
    signal.throwIfAborted()
    // As late as possible, after every await: a process that was paused here must notice.
    if (method !== 'GET' && !mayWrite()) throw new NotLeader(`${method} ${path}`)
    const request = (url.protocol === 'http:' ? httpRequest : httpsRequest)(url, {
      ...transport,
      method,
      signal,
      headers: {
        ...(headers as Record<string, string> | undefined),
        Accept: 'application/json',
        'User-Agent': 'chairlift-operator',
        ...(call.body !== undefined && { 'Content-Type': call.contentType ?? contentTypeOf(method) }),
      },
    })
    request.end(call.body === undefined ? undefined : JSON.stringify(call.body))
    const [response] = (await once(request, 'response')) as [IncomingMessage]
    // Whoever reads the answer gets its errors; one that comes after the last read would end the process.
    request.on('error', () => undefined)
    response.on('error', () => undefined)
    return response
  }

  async function exchange<T>(method: Method, path: string, call: Call, signal: AbortSignal): Promise<T> {
    const response = await open(method, path, call, signal)
    const text = await readText(response)
    const status = response.statusCode ?? 0
    onAnswer(method, status)
    if (status >= 400) throw new ApiError(`${method} ${path}`, status, text)
    return (text === '' ? undefined : JSON.parse(text)) as T
  }

  return {
    async request(method, path, call = {}) {
      const run = () =>
        withDeadline(call.timeoutMs ?? defaultTimeoutMs, call.signal, (signal) =>
          exchange(method, path, call, signal),
        )
      try {
        return (await run().catch((error) => {
          // A kept connection that the server has closed meanwhile; reading again is harmless.
          if (method === 'GET' && (error as NodeJS.ErrnoException).code === 'ECONNRESET') return run()
          throw error
        })) as never
      } catch (error) {
        throw explain(`${method} ${path}`, error, () => onAnswer(method, 0))
      }
    },
    async watch(path, call) {
      try {
        await withDeadline(call.timeoutMs, call.signal, async (signal) => {
          const response = await open('GET', path, { query: { ...call.query, watch: true } }, signal)
          const status = response.statusCode ?? 0
          onAnswer('GET', status)
          if (status >= 400) throw new ApiError(`WATCH ${path}`, status, await readText(response))
          await readLines(response, call.onLine)
        })
      } catch (error) {
        throw explain(`WATCH ${path}`, error, () => onAnswer('GET', 0))
      }
    },
    fenced: (allowed) => createApiClient(access, onAnswer, allowed),
  }
}

function contentTypeOf(method: Method): string {
  return method === 'PATCH' ? 'application/merge-patch+json' : 'application/json'
}

async function readText(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of response) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}

async function readLines(response: IncomingMessage, onLine: (line: string) => boolean): Promise<void> {
  const decoder = new StringDecoder('utf8')
  let rest = ''
  for await (const chunk of response) {
    const lines = (rest + decoder.write(chunk as Buffer)).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) if (!onLine(line)) return
  }
  if (rest !== '') onLine(rest)
}

/** Runs with a signal that aborts at the deadline or with the caller's own, and leaves no listener behind. */
async function withDeadline<T>(
  timeoutMs: number,
  outer: AbortSignal | undefined,
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  outer?.throwIfAborted()
  const controller = new AbortController()
  const onAbort = () => controller.abort(outer?.reason)
  outer?.addEventListener('abort', onAbort, { once: true })
  const timer = setTimeout(() => controller.abort(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs)
  try {
    return await run(controller.signal)
  } catch (error) {
    throw controller.signal.aborted ? (controller.signal.reason ?? error) : error
  } finally {
    clearTimeout(timer)
    outer?.removeEventListener('abort', onAbort)
  }
}

function explain(call: string, error: unknown, onUnanswered: () => void): Error {
  if (error instanceof ApiError || error instanceof NotLeader) return error
  onUnanswered()
  return new ApiUnreachable(call, error)
}
