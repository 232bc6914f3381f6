import { compileRequest } from '../workloads/http/compile-request.ts'
import { TemplateError } from '../workloads/http/template.ts'
import type { CombinationProblem, DeepPartial } from './check-combinations.ts'
import type { ExperimentFile } from './experiment-schema.ts'
import type { HttpRequest } from './http-schema.ts'

/** What the section `http` must be to the rest of the file, and its placeholders. */
export function checkHttp(spec: DeepPartial<ExperimentFile['spec']>): CombinationProblem[] {
  const { http, workload, target } = spec
  const problems: CombinationProblem[] = []
  const say = (path: string[], message: string, part: 'key' | 'value' = 'key') =>
    problems.push({ path: ['spec', ...path], part, message })
  if (workload !== 'http') {
    if (http !== undefined) say(['http'], 'belongs to workload: http')
    return problems
  }
  if (typeof http !== 'object' || http === null) {
    say(['http'], 'is required with workload: http: {requests: […]} or {openapi: FILE}')
    return problems
  }
  if (target?.service !== undefined)
    say(['target'], 'expected {url: http://…} with workload: http, got {service: …}', 'value')
  if ((http.requests === undefined) === (http.openapi === undefined))
    say(['http'], 'expected exactly one of requests and openapi', 'value')
  if (http.operations !== undefined && http.openapi === undefined)
    say(['http', 'operations'], 'belongs to openapi')
  if (Array.isArray(http.requests))
    http.requests.forEach((request, index) => {
      for (const message of checkRequest(request)) say(['http', 'requests', String(index)], message, 'value')
    })
  const names = Array.isArray(http.requests) ? http.requests.map((request) => request?.name) : []
  const twice = names.find((name, index) => name !== undefined && names.indexOf(name) !== index)
  if (twice !== undefined) say(['http', 'requests'], `expected different names, got ${twice} twice`, 'value')
  return problems
}

function checkRequest(request: DeepPartial<HttpRequest> | undefined): string[] {
  if (typeof request !== 'object' || request === null || typeof request.path !== 'string') return []
  if (request.json !== undefined && request.body !== undefined) return ['expected json or body, got both']
  try {
    compileRequest(request as HttpRequest)
    return []
  } catch (error) {
    // Anything else is a wrong type, which the schema reports.
    return error instanceof TemplateError ? [error.message] : []
  }
}
