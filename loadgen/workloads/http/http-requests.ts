import type { CreateWorkload } from '../../engine/types.ts'
import type { HttpRequest } from '../../experiment/http-schema.ts'
import { compileRequest } from './compile-request.ts'
import { randomOf } from './template.ts'

/** What the workload hands to its workers. */
export interface HttpRequestsParameters extends Record<string, unknown> {
  requests: HttpRequest[]
  mode: 'mix' | 'sequence'
  seed: number
  runId: string
}

/**
 * Inside a worker: in a mix, item i is one request, chosen by weight from the seed; in a sequence it is all requests
 * in order. Pure in item and step, so a retry sends the very same bytes.
 */
const createWorkload: CreateWorkload = ({ parameters, shared }) => {
  const { requests, mode, seed, runId } = parameters as HttpRequestsParameters
  const build = requests.map(compileRequest)
  const mismatches = new Int32Array(shared['mismatches'] as SharedArrayBuffer)
  const choose = chooserOf(requests, seed)
  const numberOf = (step: number, item: number) => (mode === 'mix' ? choose(item) : step)
  const requestOf = (step: number, item: number) => requests[numberOf(step, item)] as HttpRequest
  return {
    operations: requests.map(({ name }) => name),
    steps: mode === 'mix' ? 1 : requests.length,
    operation: numberOf,
    request: (item, step) => {
      const number = numberOf(step, item)
      const random = randomOf(seed, item, step)
      return (build[number] as (typeof build)[0])({ item, runId, random })
    },
    accepts: (step, status, item) => requestOf(step, item).accept?.includes(status) === true,
    wantsBody: (step, item) => requestOf(step, item).contains !== undefined,
    received(item, step, _thread, status, body) {
      const { contains } = requestOf(step, item)
      if (contains === undefined || status < 200 || status > 299) return
      if (body?.includes(contains) !== true) Atomics.add(mismatches, numberOf(step, item), 1)
    },
  }
}

/** The request of an item by weight: a random number of its own, found in the running sums of the weights. */
function chooserOf(requests: readonly HttpRequest[], seed: number): (item: number) => number {
  const ends: number[] = []
  let total = 0
  for (const { weight = 1 } of requests) {
    total += weight
    ends.push(total)
  }
  if (requests.length === 1) return () => 0
  return (item) => {
    const at = randomOf(seed, item, -1)() * total
    return ends.findIndex((end) => at < end)
  }
}

export default createWorkload
