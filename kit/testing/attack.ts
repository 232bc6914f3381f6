import assert from 'node:assert/strict'
import { after, afterEach, before } from 'node:test'
import type { RawAnswer } from './raw-http.ts'
import { type SampleService, startSampleService } from './sample-service.ts'

/**
 * A sample service for a file of hostile requests. After each of them somebody else must be served, and in the end
 * nothing may have been answered 5xx or logged as a fault.
 */
export function attackSampleService(): { readonly service: SampleService } {
  let service: SampleService
  before(async () => {
    service = await startSampleService()
  })
  afterEach(async () => {
    const response = await fetch(`${service.url}/items/1`)
    assert.deepEqual([response.status, await response.json()], [200, { id: '1', query: {} }])
  })
  after(async () => {
    const text = await service.metrics.registry.metrics()
    assert.match(text, /http_response_status_code="200"/)
    assert.equal(/http_response_status_code="5/.test(text), false, 'something was answered 5xx')
    assert.deepEqual(
      service.lines.filter((line) => line.level >= 50),
      [],
    )
    await service[Symbol.asyncDispose]()
  })
  return {
    get service() {
      return service
    },
  }
}

/** A GET request, byte by byte. */
export function get(target: string, headers = '', version = '1.1'): string {
  return `GET ${target} HTTP/${version}\r\nHost: a\r\n${headers}\r\n`
}

/** A POST request to /echo with a right Content-Length. */
export function post(body: string, headers = 'Content-Type: application/json\r\n'): string {
  return `POST /echo HTTP/1.1\r\nHost: a\r\n${headers}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`
}

/** The status of an answer, after a check that an error has the interface's own shape. */
export function statusOf(answer: RawAnswer | 'closed'): number {
  assert.notEqual(answer, 'closed')
  const { status, headers, body } = answer as RawAnswer
  if (status < 400) return status
  assert.equal(headers['content-type'], 'application/problem+json')
  const problem = JSON.parse(body) as Record<string, unknown>
  assert.equal(problem['status'], status)
  assert.match(problem['type'] as string, /^urn:chairlift:error:[a-z_]+$/)
  assert.deepEqual(Object.keys(problem), ['type', 'title', 'status', 'detail'])
  return status
}
