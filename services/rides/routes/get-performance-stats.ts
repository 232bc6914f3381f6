import type { RequestMetrics } from '@chairlift/kit/http/request-metrics.ts'
import { sendJson } from '@chairlift/kit/http/respond.ts'
import type { Route } from '@chairlift/kit/http/route.ts'
import Type from 'typebox'

const APIStats = Type.Object({
  endpointStats: Type.Array(
    Type.Object({
      URL: Type.String(),
      operation: Type.String(),
      mean: Type.Integer({ description: 'Mean response time, ms.' }),
      max: Type.Integer({ description: 'Maximum response time, ms.' }),
    }),
  ),
})

/** GET /statistics: of the process that answers, since its start. */
export function getPerformanceStats(requestMetrics: RequestMetrics): Route {
  return {
    operationId: 'getPerformanceStats',
    method: 'get',
    path: '/statistics',
    tag: 'statistics',
    summary: 'Response times of each endpoint, in ms.',
    answers: {
      200: {
        description: 'One row per endpoint and method.',
        schema: APIStats,
        example: { endpointStats: [{ URL: '/resorts', operation: 'GET', mean: 11, max: 198 }] },
      },
    },
    handle(_request, response) {
      const endpointStats = requestMetrics
        .statistics()
        // Requests that met no route are counted together under a name that is no path.
        .filter((row) => row.path.startsWith('/'))
        .map((row) => ({
          URL: row.path.replace(/:(\w+)/g, '{$1}'),
          operation: row.method,
          mean: Math.round(row.meanMs),
          max: Math.ceil(row.maxMs),
        }))
      sendJson(response, 200, { endpointStats })
    },
  }
}
