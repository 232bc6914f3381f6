import type { Metrics } from '../metrics/metrics.ts'

/** Response times of one operation since the process started, in ms. */
export interface OperationStatistics {
  path: string
  method: string
  count: number
  meanMs: number
  maxMs: number
}

export interface RequestMetrics {
  /** Counts a finished request. @param route the route's pattern, never the raw URL: labels must stay bounded */
  record(method: string, route: string, status: number, durationMs: number): void
  statistics(): OperationStatistics[]
}

interface Running {
  path: string
  method: string
  count: number
  sumMs: number
  maxMs: number
}

/** The OpenTelemetry-named request histogram, and the plain mean and maximum by operation beside it. */
export function createRequestMetrics(metrics: Metrics): RequestMetrics {
  const histogram = metrics.histogram(
    'http_server_request_duration_seconds',
    'Time from the request line to the end of the answer.',
    ['http_request_method', 'http_route', 'http_response_status_code'],
  )
  const observers = new Map<string, { observe(seconds: number): void; running: Running }>()
  const byOperation = new Map<string, Running>()

  const observerOf = (method: string, route: string, status: number) => {
    const operation = `${method} ${route}`
    let running = byOperation.get(operation)
    if (!running) {
      running = { path: route, method, count: 0, sumMs: 0, maxMs: 0 }
      byOperation.set(operation, running)
    }
    // A child bound to its labels spares prom-client the label look-up on every request.
    const child = histogram.labels(method, route, String(status))
    return { observe: (seconds: number) => child.observe(seconds), running }
  }

  return {
    record(method, route, status, durationMs) {
      const key = `${status} ${method} ${route}`
      let observer = observers.get(key)
      if (!observer) {
        observer = observerOf(method, route, status)
        observers.set(key, observer)
      }
      observer.observe(durationMs / 1_000)
      const { running } = observer
      running.count++
      running.sumMs += durationMs
      if (durationMs > running.maxMs) running.maxMs = durationMs
    },
    statistics: () =>
      [...byOperation.values()].map(({ path, method, count, sumMs, maxMs }) => ({
        path,
        method,
        count,
        meanMs: sumMs / count,
        maxMs,
      })),
  }
}
