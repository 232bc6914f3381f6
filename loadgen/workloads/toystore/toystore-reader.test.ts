import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startTestServer } from '../../engine/testing/test-server.ts'
import { ServiceReader } from '../service-reader.ts'
import { dialectOf } from './dialect.ts'
import { readOrderNumbers } from './toystore-reader.ts'

for (const [first, last, expected] of [
  [0, 136, { origin: 0, count: 137 }],
  [1, 136, { origin: 1, count: 136 }],
  [1, 1, { origin: 1, count: 1 }],
  [0, -1, { origin: 0, count: 0 }],
] as const)
  test(`TOY-O4: orders from ${first} to ${last} are counted without knowing where numbers begin`, async () => {
    await using server = await startTestServer((request, response) => {
      const number = Number(request.url?.split('/').at(-1))
      response.statusCode = number >= first && number <= last ? 200 : 404
      response.setHeader('Content-Type', 'application/json')
      response.end(JSON.stringify({ data: { number, name: 'Tux', quantity: 1 } }))
    })
    await using reader = new ServiceReader(server.url)
    assert.deepEqual(await readOrderNumbers(reader, dialectOf('chairlift')), expected)
  })
