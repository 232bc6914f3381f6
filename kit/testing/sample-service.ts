import type { Request, Response } from 'express'
import Type from 'typebox'
import { DependencyUnavailable } from '../errors/dependency-unavailable.ts'
import { type AppOptions, createApp } from '../http/create-app.ts'
import { HttpError } from '../http/http-error.ts'
import { createRequestMetrics, type RequestMetrics } from '../http/request-metrics.ts'
import { sendEmpty, sendJson } from '../http/respond.ts'
import type { Route } from '../http/route.ts'
import { type HttpServer, type HttpServerOptions, startHttpServer } from '../http/start-http-server.ts'
import { createMetrics, type Metrics } from '../metrics/metrics.ts'
import { capturedLog, type LogLine } from './captured-log.ts'

export interface SampleService extends AsyncDisposable {
  port: number
  url: string
  server: HttpServer
  lines: LogLine[]
  metrics: Metrics
  requestMetrics: RequestMetrics
  /** Requests that wait in GET /held; {@link release} answers them. */
  held(): number
  release(): void
}

/** An interface without a domain on a real port, with one route for every behaviour of a handler. */
export async function startSampleService(
  options: Partial<AppOptions> & Pick<HttpServerOptions, 'arrival'> = {},
): Promise<SampleService> {
  const { log, lines } = capturedLog()
  const metrics = createMetrics('sample')
  const requestMetrics = createRequestMetrics(metrics)
  const waiting: (() => void)[] = []
  const route = (method: 'get' | 'post', path: string, handle: Route['handle']): Route => ({
    operationId: `${method} ${path}`,
    method,
    path,
    summary: '',
    tag: 'sample',
    answers: {},
    handle,
    ...(method === 'post' && { body: { schema: Type.Unknown(), examples: {} } }),
  })
  const routes: Route[] = [
    { ...route('post', '/echo', (request, response) => sendJson(response, 200, { got: request.body })) },
    route('post', '/accept', (_request, response) => sendEmpty(response, 204)),
    route('get', '/items/:id', (request, response) =>
      sendJson(response, 200, { id: request.params['id'], query: request.query }),
    ),
    {
      ...route('get', '/aliased', (_request, response) => sendEmpty(response, 204)),
      aliases: ['/other-name'],
    },
    route('get', '/broken', () => {
      throw new Error('the password is hunter2')
    }),
    route('get', '/rejected', () => Promise.reject(new TypeError('deep inside'))),
    route('get', '/nothing-thrown', () => Promise.reject(undefined)),
    route('get', '/down', () => {
      throw new DependencyUnavailable('postgres', 'secret host refused', { retryAfterSeconds: 3 })
    }),
    route('get', '/unknown-outcome', () => {
      throw new DependencyUnavailable('rabbitmq', 'lost', { outcomeUnknown: true })
    }),
    route('get', '/conflict', () => {
      throw new HttpError('conflict', 'is there already')
    }),
    route('get', '/broken-midway', (_request, response) => {
      response.writeHead(200, { 'Content-Length': '100' })
      response.write('part')
      throw new Error('broken midway')
    }),
    route('get', '/held', (_request: Request, response: Response) => {
      const released = Promise.withResolvers<void>()
      waiting.push(released.resolve)
      return released.promise.then(() => sendJson(response, 200, { held: true }))
    }),
  ]
  const app = createApp({ routes, log, requestMetrics, ...options })
  const server = await startHttpServer({
    handler: app,
    host: '127.0.0.1',
    port: 0,
    ...(options.arrival && { arrival: options.arrival }),
  })
  const release = () => {
    for (const resolve of waiting.splice(0)) resolve()
  }
  return {
    port: server.port,
    url: `http://127.0.0.1:${server.port}`,
    server,
    lines,
    metrics,
    requestMetrics,
    held: () => waiting.length,
    release,
    async [Symbol.asyncDispose]() {
      release()
      await server.drain(20)
    },
  }
}
