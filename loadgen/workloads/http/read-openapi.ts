import { readFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { parse } from 'yaml'
import type { Experiment } from '../../experiment/experiment.ts'
import { compileRequest } from './compile-request.ts'
import { expandOpenApi, OpenApiError } from './expand-openapi.ts'

/**
 * Replaces the OpenAPI file of a section `http` by the requests made from it, so that the experiment is whole; any
 * other experiment is returned as it is.
 *
 * @param experimentFile the file of the experiment: the OpenAPI file is named relative to it
 * @throws OpenApiError when the file cannot be read or turned into requests
 */
export async function withOpenApiRequests(
  experiment: Experiment,
  experimentFile: string,
): Promise<Experiment> {
  const { http } = experiment
  if (http?.openapi === undefined) return experiment
  const file = resolve(dirname(experimentFile), http.openapi)
  let document: unknown
  try {
    document = parse(await readFile(file, 'utf8'))
  } catch (error) {
    throw new OpenApiError(`${http.openapi} cannot be read: ${(error as Error).message.split('\n')[0]}`)
  }
  const requests = expandOpenApi(document, http.operations)
  for (const request of requests) compileRequest(request)
  return Object.freeze({
    ...experiment,
    http: Object.freeze({ ...(http.mode && { mode: http.mode }), requests }),
  })
}
