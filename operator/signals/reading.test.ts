import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readSingleValue } from './brake-reader.ts'
import { inVhost, readBrokerSettings } from './broker-settings.ts'
import { readSamples, sumOf } from './prometheus-text.ts'
import { SignalFault } from './signal-fault.ts'

const secret = (data: Record<string, string>) => ({
  metadata: { name: 'rabbitmq' },
  data: Object.fromEntries(
    Object.entries(data).map(([key, value]) => [key, Buffer.from(value).toString('base64')]),
  ),
})
const reference = { name: 'rabbitmq' }

test('a Secret gives the broker’s addresses, without the newline of an editor', () => {
  assert.deepEqual(readBrokerSettings(secret({ 'amqp-url': 'amqp://u:p@host/v\n' }), reference), {
    amqpUrl: 'amqp://u:p@host/v',
    managementUrl: undefined,
    metricsUrl: undefined,
    ca: undefined,
  })
  const all = {
    'amqp-url': 'amqps://host',
    'management-url': 'https://host:15671',
    'metrics-url': 'http://host:15692',
    'ca.crt': 'PEM',
  }
  const read = readBrokerSettings(secret(all), reference)
  assert.deepEqual(Object.values(read), Object.values(all))
})

for (const [data, sentence] of [
  [{}, /has no key "amqp-url"/],
  [{ 'amqp-url': '' }, /key "amqp-url" .* must be a URL/],
  [{ 'amqp-url': 'secret-word' }, /must be a URL that begins with amqp:\/\/ or amqps:\/\//],
  [{ 'amqp-url': 'http://host' }, /amqp-url/],
  [{ 'amqp-url': 'amqp://host', 'management-url': 'ftp://secret-word' }, /key "management-url"/],
] as [Record<string, string>, RegExp][])
  test(`a Secret with ${JSON.stringify(data)} is refused without showing its value`, () => {
    assert.throws(
      () => readBrokerSettings(secret(data), reference),
      (error: SignalFault) => {
        assert.equal(error.reason, 'SecretInvalid')
        assert.match(error.message, sentence)
        assert.doesNotMatch(error.message, /secret-word/)
        return error instanceof SignalFault
      },
    )
  })

test('a vhost is put into the URL in its encoded form', () => {
  assert.equal(inVhost('amqp://u:p@host:1', '/'), 'amqp://u:p@host:1/%2F')
  assert.equal(inVhost('amqp://host/old?heartbeat=7', 'a b/ü'), 'amqp://host/a%20b%2F%C3%BC?heartbeat=7')
})

test('metrics are read with their labels; what is no number or no line is passed over', () => {
  const text = 'a{x="1",y="q\\"\\\\}"} 2\na{x="2"} NaN\na 3 1700000000\n# a 5\nab 7\na{broken 8\n'
  const samples = readSamples(text, new Set(['a']))
  assert.deepEqual(samples, [
    { name: 'a', labels: { x: '1', y: 'q"\\}' }, value: 2 },
    { name: 'a', labels: {}, value: 3 },
  ])
  assert.equal(sumOf(samples, 'a'), 5)
  assert.equal(sumOf(samples, 'missing'), undefined)
})

test('a Prometheus answer counts only with one number', () => {
  const vector = (...values: unknown[]) => ({
    status: 'success',
    data: {
      resultType: 'vector',
      result: values.map((value) => ({ metric: {}, value: [1_700_000_000.5, value] })),
    },
  })
  assert.deepEqual(readSingleValue(vector('0.97')), { value: 0.97, atMs: 1_700_000_000_500 })
  const scalar = { status: 'success', data: { resultType: 'scalar', result: [2, '7'] } }
  assert.deepEqual(readSingleValue(scalar), { value: 7, atMs: 2_000 })
  for (const answer of [
    vector(),
    vector('1', '2'),
    vector('NaN'),
    vector(''),
    vector(7),
    { status: 'error' },
    {},
    null,
    'text',
  ])
    assert.equal(readSingleValue(answer), undefined)
})
