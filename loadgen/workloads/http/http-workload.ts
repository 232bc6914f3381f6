import Type, { type Static } from 'typebox'
import { itemsOf } from '../../engine/ledger.ts'
import type { LoadOutcome } from '../../engine/load-outcome.ts'
import { outcome, type ThreadGroup } from '../../engine/types.ts'
import type { HttpRequest } from '../../experiment/http-schema.ts'
import type { Check } from '../../result/run-schema.ts'
import { ServiceReader } from '../service-reader.ts'
import type { WorkloadDefinition } from '../workload-definition.ts'
import type { HttpRequestsParameters } from './http-requests.ts'

const Parameters = Type.Object({
  requests: Type.Integer({
    default: 10_000,
    minimum: 1,
    maximum: 20_000_000,
    description: 'Items in all: requests of a mix, rounds of a sequence.',
  }),
  rampSeconds: Type.Number({
    default: 0,
    minimum: 0,
    maximum: 3_600,
    description: 'Starts the threads one after the other over this time (closed model).',
  }),
  allowFailures: Type.Boolean({
    default: false,
    description: 'Failed requests are no wrong data; limit them with objectives.errorRate.',
  }),
})

/** Any HTTP service, without code: the requests stand in the section `http` of the experiment. */
export const httpWorkload: WorkloadDefinition = {
  name: 'http',
  system: 'http',
  summary: 'the requests of the section http, by weight or in order, against any service',
  parameters: Parameters,
  queues: [],
  async prepare({ target, threads, seed, runId, parameters, http, signal }) {
    const { requests: items, rampSeconds, allowFailures } = parameters as Static<typeof Parameters>
    const requests = http?.requests ?? []
    if (requests.length === 0) throw new Error('the workload http needs spec.http.requests')
    await using reader = new ServiceReader(target, signal)
    await reader.ping('/')
    const mode = http?.mode ?? 'mix'
    const group: ThreadGroup = {
      name: 'main',
      threads,
      firstItem: 0,
      work: { kind: 'shared', items },
      start: { kind: 'immediately', ...(rampSeconds > 0 && { rampMs: rampSeconds * 1_000 }) },
      measured: true,
    }
    const mismatches = new SharedArrayBuffer(4 * requests.length)
    const moduleParameters: HttpRequestsParameters = { requests: [...requests], mode, seed, runId }
    return {
      groups: [group],
      module: new URL('./http-requests.ts', import.meta.url).href,
      moduleParameters,
      shared: { mismatches },
      verify: (result) =>
        Promise.resolve([
          ...checkSent(group, mode === 'mix' ? 1 : requests.length, result, allowFailures),
          ...checkBodies(requests, new Int32Array(mismatches)),
        ]),
    }
  },
}

function checkSent(group: ThreadGroup, steps: number, result: LoadOutcome, allowFailures: boolean): Check[] {
  const planned = itemsOf(group) * steps
  const dropped = result.groups.reduce((sum, { dropped: count }) => sum + count, 0) * steps
  let sent = 0
  let failed = 0
  for (let item = 0; item < itemsOf(group); item++)
    for (let step = 0; step < steps; step++) {
      const entry = result.ledger.read(item, step)
      if (entry.outcome === outcome.unsent && !entry.hadAmbiguousAttempt) continue
      sent++
      if (entry.outcome !== outcome.ok) failed++
    }
  const checks: Check[] = [
    {
      id: 'HTTP-1',
      name: 'every planned request was sent, or dropped and counted',
      passed: sent + dropped === planned,
      expected: planned,
      actual: sent + dropped,
      detail: dropped === 0 ? '' : `${dropped} dropped`,
    },
  ]
  if (!allowFailures)
    checks.push({
      id: 'HTTP-2',
      name: 'no request failed after its retries',
      passed: failed === 0,
      expected: 0,
      actual: failed,
      detail: failed === 0 ? '' : 'parameters: {allowFailures: true} leaves this to objectives.errorRate',
    })
  return checks
}

function checkBodies(requests: readonly HttpRequest[], mismatches: Int32Array): Check[] {
  return requests.flatMap(({ name, contains }, index) =>
    contains === undefined
      ? []
      : [
          {
            id: 'HTTP-3',
            name: `every successful answer of ${name} holds ${JSON.stringify(contains)}`,
            passed: mismatches[index] === 0,
            expected: 0,
            actual: mismatches[index] as number,
            detail: '',
          },
        ],
  )
}
