import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseExperiment } from './parse-experiment.ts'
import { withOverrides } from './with-overrides.ts'

const experiment = parseExperiment(
  `apiVersion: chairlift.dev/v1alpha1
kind: Experiment
metadata: {name: ski}
spec:
  workload: rides/write
  target: {service: rides-api}
  matrix: {threads: [1, 8]}
  parameters: {requests: 10, day: 1}
`,
  'f.yaml',
)

test('only what is given is replaced, and the original stays', () => {
  const changed = withOverrides(experiment, {
    threads: [32, 64],
    targetUrl: 'http://127.0.0.1:1234/',
    parameters: { requests: 99 },
  })
  assert.deepEqual(changed, {
    ...experiment,
    threads: [32, 64],
    target: { url: 'http://127.0.0.1:1234' },
    parameters: { requests: 99, day: 1 },
  })
  assert.ok(
    Object.isFrozen(changed) && Object.isFrozen(changed.threads) && Object.isFrozen(changed.parameters),
  )
  assert.deepEqual(experiment.threads, [1, 8])
  assert.deepEqual(withOverrides(experiment, {}), experiment)
})

test('values no file may hold are refused', () => {
  for (const threads of [[], [0], [4097], [1.5], [1, 1], [Number.NaN]])
    assert.throws(() => withOverrides(experiment, { threads }), RangeError)
  for (const targetUrl of ['rides-api', 'ftp://x', 'http://x/?a=1', 'https://x'])
    assert.throws(() => withOverrides(experiment, { targetUrl }), RangeError)
  assert.throws(() => withOverrides(experiment, { repetitions: 0 }), RangeError)
  assert.throws(() => withOverrides(experiment, { seed: -1 }), RangeError)
})

test('https is allowed together with the engine that can do it', () => {
  const changed = withOverrides(experiment, { targetUrl: 'https://example.test', engine: 'undici' })
  assert.deepEqual(changed.target, { url: 'https://example.test' })
})
