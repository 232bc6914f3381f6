import express, { type Express, type NextFunction, type Request, type Response, Router } from 'express'
import type { Logger } from '../log/logger.ts'
import { HttpError, type RenderError, renderProblem, toHttpError } from './http-error.ts'
import { readJson } from './read-json.ts'
import type { RequestMetrics } from './request-metrics.ts'
import type { Route } from './route.ts'

export interface AppOptions {
  /** Hot routes first: the router tries them in order. */
  routes: readonly Route[]
  log: Logger
  requestMetrics: RequestMetrics
  renderError?: RenderError
  urlPrefix?: string
  /** Largest request body (bytes). */
  bodyLimitBytes?: number
  /** Requests above this number in flight are answered 503 at once. */
  maxRequestsInFlight?: number
}

/**
 * An Express application from a table of routes: JSON bodies only where a route reads one, the interface's own
 * error shape for everything that goes wrong, 405 for a known path with another method, metrics by route.
 *
 * Headers, time-outs and drain belong to the server (start-http-server.ts).
 */
export function createApp(options: AppOptions): Express {
  const { routes, log, requestMetrics, renderError = renderProblem } = options
  const app = express()
  app.set('etag', false)
  app.set('query parser', 'simple')
  app.disable('x-powered-by')

  const limitBytes = options.bodyLimitBytes ?? 16_384
  const readBody = bodyReader(limitBytes, readJson)
  const admit = limitInFlight(options.maxRequestsInFlight ?? 8_192)

  const router = Router({ caseSensitive: true, strict: false })
  const methodsOfPath = new Map<string, string[]>()
  for (const route of routes) {
    for (const path of [route.path, ...(route.aliases ?? [])]) {
      const handlers = route.body
        ? [route.body.read ? bodyReader(limitBytes, route.body.read) : readBody]
        : []
      router[route.method](path, begin(route), admit, ...handlers, finish(route, requestMetrics))
      methodsOfPath.set(path, [...(methodsOfPath.get(path) ?? []), route.method.toUpperCase()])
    }
  }
  for (const [path, methods] of methodsOfPath) {
    router.all(path, () => {
      const allow = methods.includes('GET') ? [...methods, 'HEAD'] : methods
      throw new HttpError('method_not_allowed', `use ${allow.join(' or ')}`, {
        headers: { Allow: allow.join(', ') },
      })
    })
  }
  app.use(options.urlPrefix || '/', router)
  app.use(() => {
    throw new HttpError('not_found', 'no such path')
  })
  app.use((thrown: unknown, request: Request, response: Response, _next: NextFunction) => {
    const error = toHttpError(thrown)
    if (error.status === 500)
      log.error({ err: thrown, method: request.method, path: request.path }, 'request failed')
    const { route, startedAt } = response.locals as Partial<Begun>
    const durationMs = startedAt === undefined ? 0 : performance.now() - startedAt
    requestMetrics.record(request.method, route ?? '(unmatched)', error.status, durationMs)
    sendError(response, error, renderError)
  })
  return app
}

/** Answers an error unless the answer has begun, in which case only cutting the connection tells the client. */
export function sendError(response: Response, error: HttpError, renderError: RenderError): void {
  if (response.headersSent) {
    response.destroy()
    return
  }
  const { contentType, body } = renderError(error)
  response.writeHead(error.status, {
    'Content-Type': contentType,
    'Content-Length': Buffer.byteLength(body),
    ...(error.retryAfterSeconds !== undefined && { 'Retry-After': String(error.retryAfterSeconds) }),
    ...error.headers,
  })
  response.end(body)
}

/** What is known of a request from the moment its route is found, for the metrics. */
interface Begun {
  route: string
  startedAt: number
}

function begin(route: Route) {
  return (_request: Request, response: Response, next: NextFunction): void => {
    response.locals['route'] = route.path
    response.locals['startedAt'] = performance.now()
    next()
  }
}

/** Errors are recorded where they are answered. */
function finish(route: Route, requestMetrics: RequestMetrics) {
  const method = route.method.toUpperCase()
  return async (request: Request, response: Response): Promise<void> => {
    await route.handle(request, response)
    const { startedAt } = response.locals as Begun
    requestMetrics.record(method, route.path, response.statusCode, performance.now() - startedAt)
  }
}

function limitInFlight(most: number) {
  let inFlight = 0
  const leave = () => {
    inFlight--
  }
  return (_request: Request, response: Response, next: NextFunction): void => {
    if (inFlight >= most)
      throw new HttpError('overloaded', 'too many requests in flight', { retryAfterSeconds: 1 })
    inFlight++
    response.once('close', leave)
    next()
  }
}

function bodyReader(limitBytes: number, read: (request: Request, limitBytes: number) => Promise<unknown>) {
  return async (request: Request, _response: Response, next: NextFunction): Promise<void> => {
    request.body = await read(request, limitBytes)
    next()
  }
}
