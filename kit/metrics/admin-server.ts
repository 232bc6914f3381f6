import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Health } from './health.ts'
import type { Metrics } from './metrics.ts'

export interface AdminServer {
  port: number
  close(): Promise<void>
}

/**
 * Metrics and health on a port of their own, so that probes and scrapes never queue behind user requests and
 * are not reachable through the service's port.
 *
 * `/livez`: the event loop turns. `/readyz`: 200, or 503 with what is missing. `/metrics`: Prometheus text.
 * `/info`: name, version, start time.
 *
 * @throws Error EADDRINUSE and the like
 */
export async function startAdminServer(options: {
  name: string
  host: string
  port: number
  metrics: Metrics
  health: Health
}): Promise<AdminServer> {
  const { metrics, health } = options
  const startedAt = new Date().toISOString()
  const pages: Record<string, (response: ServerResponse) => unknown> = {
    '/livez': (response) => send(response, 200, 'text/plain', 'ok\n'),
    '/readyz': (response) => {
      const missing = health.missing()
      const ready = Object.keys(missing).length === 0
      send(response, ready ? 200 : 503, 'application/json', JSON.stringify({ ready, missing }))
    },
    '/metrics': async (response) =>
      send(response, 200, metrics.registry.contentType, await metrics.registry.metrics()),
    '/info': (response) =>
      send(
        response,
        200,
        'application/json',
        JSON.stringify({ process: options.name, pid: process.pid, node: process.version, startedAt }),
      ),
  }
  const server = createServer((request, response) => {
    const page = pages[request.url?.split('?')[0] ?? '']
    if (!page) return send(response, 404, 'text/plain', `not found; try ${Object.keys(pages).join(' ')}\n`)
    Promise.resolve(page(response)).catch((error) => send(response, 500, 'text/plain', `${error}\n`))
  })
  server.listen(options.port, options.host)
  await new Promise<void>((resolve, reject) => {
    server.once('listening', resolve)
    server.once('error', reject)
  })
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function send(response: ServerResponse, status: number, type: string, body: string): void {
  response.writeHead(status, { 'Content-Type': type, 'Content-Length': Buffer.byteLength(body) })
  response.end(body)
}
