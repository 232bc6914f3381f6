import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type ClusterAccess, plainAccess } from '../kubernetes/cluster-access.ts'

export interface FakeCall {
  method: string
  path: string
  query: URLSearchParams
  body: unknown
  response: ServerResponse
}

export interface FakeApiServer extends AsyncDisposable {
  access: ClusterAccess
  /** Calls so far, as `METHOD path`. */
  calls: string[]
}

/**
 * An HTTP server that answers what a test tells it to: for faults of the API server that a real one does not show on
 * demand. What a sound API server does is tested on a real one (e2e/cluster/operator).
 */
export async function startFakeApiServer(answer: (call: FakeCall) => void): Promise<FakeApiServer> {
  const calls: string[] = []
  const server = createServer((request, response) => {
    void readBody(request).then((body) => {
      const url = new URL(request.url ?? '/', 'http://fake')
      calls.push(`${request.method} ${url.pathname}`)
      answer({ method: request.method ?? '', path: url.pathname, query: url.searchParams, body, response })
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    access: plainAccess(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, 'test'),
    calls,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

async function readBody(request: IncomingMessage): Promise<unknown> {
  let text = ''
  for await (const chunk of request) text += chunk
  return text === '' ? undefined : JSON.parse(text)
}

/** Answers with JSON. */
export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body))
}

/** A refusal in the API server's own form. */
export function sendStatus(response: ServerResponse, code: number, reason: string): void {
  sendJson(response, code, { kind: 'Status', code, reason, message: `${reason} by the fake` })
}
