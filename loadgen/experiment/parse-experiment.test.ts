import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import fc from 'fast-check'
import { ExperimentFileError } from './experiment-file-error.ts'
import { generateExperimentSchema, schemaFile } from './generate-schema.ts'
import { parseExperiment } from './parse-experiment.ts'

const head = 'apiVersion: chairlift.dev/v1alpha1\nkind: Experiment\nmetadata: {name: ski}\n'
const minimalSpec =
  'spec:\n  workload: rides/write\n  target: {service: rides-api}\n  matrix: {threads: [1, 8]}\n'
const minimal = head + minimalSpec

function problemsOf(text: string): string[] {
  try {
    parseExperiment(text, 'f.yaml')
  } catch (error) {
    assert.ok(error instanceof ExperimentFileError, `${error}`)
    return error.message.split('\n')
  }
  return []
}

test('the smallest file gets every default', () => {
  assert.deepEqual(parseExperiment(minimal, 'f.yaml'), {
    name: 'ski',
    workload: 'rides/write',
    target: { service: 'rides-api' },
    threads: [1, 8],
    parameterMatrix: {},
    repetitions: 1,
    order: 'listed',
    parameters: {},
    seed: 1,
    pods: 1,
    arrival: { model: 'closed', thinkTimeMs: 0 },
    engine: 'raw',
    retry: { limit: 5, mode: 'all' },
    objectives: { latencyMs: {} },
    faults: [],
  })
})

test('a full file becomes milliseconds, fractions and the limiter of the engine', () => {
  const experiment = parseExperiment(
    `${head}spec:
  workload: rides/write
  target: {url: 'http://127.0.0.1:8080/app'}
  matrix: {threads: [32, 64]}
  parameters: {requests: 200000, breakfast: true, day: "1"}
  repetitions: 3
  pods: 2
  limiter: {tokenBucket: {ratePerSecond: 2500.5, burst: 10}}
  retry: {limit: 0, mode: transient}
  objectives: {p99: 200ms, mean: 1.5s, errorRate: 0.1%, maxQueueDepth: 1000, completionLag: 10s, minThroughput: 9000}
`,
    'f.yaml',
  )
  assert.deepEqual(experiment.target, { url: 'http://127.0.0.1:8080/app' })
  assert.deepEqual(experiment.parameters, { requests: 200_000, breakfast: true, day: '1' })
  assert.deepEqual(experiment.limiter, { kind: 'token-bucket', ratePerSecond: 2500.5, burst: 10 })
  assert.deepEqual(experiment.retry, { limit: 0, mode: 'transient' })
  assert.deepEqual(experiment.objectives, {
    latencyMs: { mean: 1500, p99: 200 },
    errorRate: 0.001,
    maxQueueDepth: 1000,
    completionLagMs: 10_000,
    minThroughputPerSecond: 9000,
  })
})

test('the throughput breaker keeps its two thresholds, and the open model its rate', () => {
  const breaker = parseExperiment(`${minimal}  limiter: {breaker: {open: 3800, close: 3300}}\n`, 'f.yaml')
  assert.deepEqual(breaker.limiter, { kind: 'breaker', open: 3800, close: 3300 })
  const open = parseExperiment(`${minimal}  model: open\n  rate: 500\n`, 'f.yaml')
  assert.deepEqual(open.arrival, { model: 'open', ratePerSecond: 500, distribution: 'poisson' })
  const even = parseExperiment(`${minimal}  model: open\n  rate: 500\n  arrivals: constant\n`, 'f.yaml')
  assert.deepEqual(even.arrival, { model: 'open', ratePerSecond: 500, distribution: 'constant' })
  const thinking = parseExperiment(`${minimal}  thinkTime: 1.5s\n`, 'f.yaml')
  assert.deepEqual(thinking.arrival, { model: 'closed', thinkTimeMs: 1_500 })
})

test('any parameter can be varied; repetitions are shuffled unless the file wants them as listed', () => {
  const varied = minimal.replace('[1, 8]}', '[1, 8], parameters: {resorts: [1, 10], order: [uniform]}}')
  const experiment = parseExperiment(`${varied}  repetitions: 5\n`, 'f.yaml')
  assert.deepEqual(experiment.parameterMatrix, { resorts: [1, 10], order: ['uniform'] })
  assert.equal(experiment.order, 'shuffled')
  assert.equal(parseExperiment(`${varied}  repetitions: 5\n  order: listed\n`, 'f.yaml').order, 'listed')
})

test('what belongs to the other model, and a parameter in two places, is refused with a sentence', () => {
  const varied = minimal.replace('[1, 8]}', '[1], parameters: {resorts: [1, 1], skiers: []}}')
  assert.deepEqual(
    problemsOf(`${varied}  arrivals: constant\n  parameters: {resorts: 3}\n  thinkTime: 5\n`),
    [
      'f.yaml:7:48: spec.matrix.parameters.resorts: expected a list of different values, one run each, got [1, 1]',
      'f.yaml:7:64: spec.matrix.parameters.skiers: expected a list of different values, one run each, got an empty list',
      'f.yaml:8:3: spec.arrivals: belongs to model: open; in the closed model the threads set the pace',
      'f.yaml:10:14: spec.thinkTime: expected how long a thread waits between two items, a duration such as 200ms or 1.5s, got 5',
    ],
  )
  const open = `${minimal}  model: open\n  rate: 5\n  thinkTime: 1s\n`
  assert.deepEqual(problemsOf(open), [
    'f.yaml:10:3: spec.thinkTime: belongs to the closed model; in the open model the rate sets the pace',
  ])
  const twice = minimal.replace('[1, 8]}', '[1], parameters: {resorts: [1, 2]}}')
  assert.deepEqual(problemsOf(`${twice}  parameters: {resorts: 3}\n`), [
    'f.yaml:7:39: spec.matrix.parameters.resorts: stands in spec.parameters too; expected it in one of both places',
  ])
})

test('an experiment is frozen to all depths', () => {
  const experiment = parseExperiment(minimal, 'f.yaml')
  assert.ok(
    [experiment, experiment.threads, experiment.retry, experiment.objectives.latencyMs].every(
      Object.isFrozen,
    ),
  )
})

test('every problem is named with line, column, path, what was expected and what was found', () => {
  const wrong = `apiVersion: chairlift.dev/v1
kind: Experiment
metadata: {}
spec:
  workload: rides/write
  target: {service: a, url: "http://x"}
  matrix: {threads: [1, 0, x]}
  parameters: {requests: [1], Bad-Name: 2}
  repititions: 3
  objectives: {p99: 200, errorRate: 200%}
  limiter: {breaker: {open: 10, close: 20}}
  rate: 5
`
  assert.deepEqual(problemsOf(wrong), [
    'f.yaml:1:13: apiVersion: expected chairlift.dev/v1alpha1, got "chairlift.dev/v1"',
    'f.yaml:3:1: metadata.name: is required: a name of lower-case letters, digits and hyphens (at most 63)',
    'f.yaml:6:11: spec.target: expected exactly one of {service: NAME} and {url: http://…}, got a map with service, url',
    'f.yaml:7:25: spec.matrix.threads[1]: expected a whole number of threads, 1 to 4096, got 0',
    'f.yaml:7:28: spec.matrix.threads[2]: expected a whole number of threads, 1 to 4096, got "x"',
    'f.yaml:8:26: spec.parameters.requests: expected a text, a number, true or false, got [1]',
    'f.yaml:8:31: spec.parameters.Bad-Name: expected a name in camelCase (a letter a–z, then letters and digits) as the key',
    'f.yaml:9:3: spec.repititions: unknown key; did you mean repetitions?',
    'f.yaml:10:21: spec.objectives.p99: expected the highest 99th percentile of latency, a duration such as 200ms or 1.5s, got 200',
    'f.yaml:10:37: spec.objectives.errorRate: expected the highest share of failed requests, a percentage such as 0.1% or a number from 0 to 1, got "200%"',
    'f.yaml:11:40: spec.limiter.breaker.close: expected at most 10 (the value of open), got 20',
    'f.yaml:12:3: spec.rate: belongs to model: open; in the closed model the threads set the pace',
  ])
})

test('an unknown key that is like none lists the known ones', () => {
  assert.deepEqual(problemsOf(`${minimal}colour: red\n`), [
    'f.yaml:8:1: colour: unknown key; known here: apiVersion, kind, metadata, spec',
  ])
})

test('the open model needs a rate and takes no limiter; https needs the undici engine', () => {
  assert.match(problemsOf(`${minimal}  model: open\n`)[0] ?? '', /spec\.rate: is required with model: open/)
  assert.match(
    problemsOf(
      `${minimal}  model: open\n  rate: 5\n  limiter: {tokenBucket: {ratePerSecond: 1, burst: 1}}\n`,
    )[0] ?? '',
    /:10:3: spec\.limiter: belongs to the closed model/,
  )
  const https = minimal.replace('{service: rides-api}', '{url: "https://example.test"}')
  assert.match(problemsOf(https)[0] ?? '', /:6:17: spec\.target\.url: expected http:\/\//)
  assert.deepEqual(problemsOf(`${https}  engine: undici\n`), [])
})

test('places are found through anchors, and a value written at an anchor is used', () => {
  const shared = `${head}spec:\n  workload: a/b\n  target: {service: a}\n  matrix: &m {threads: [1]}\n  parameters: {x: *m}\n`
  assert.match(
    problemsOf(shared)[0] ?? '',
    /^f\.yaml:8:19: spec\.parameters\.x: expected .* got a map with threads$/,
  )
  assert.deepEqual(problemsOf(minimal.replace('{name: ski}', '{name: &n ski, labels: {of: *n}}')), [])
})

const hostile: [string, string, RegExp][] = [
  ['an empty file', '', /^f\.yaml:1:1: expected an experiment, got an empty file$/],
  ['a file of comments', '# nothing\n', /^f\.yaml:1:1: expected an experiment, got an empty file$/],
  ['a list at the top', '- a\n', /^f\.yaml:1:1: expected an experiment: .*, got \["a"\]$/],
  ['plain text', 'hello', /^f\.yaml:1:1: expected an experiment: .*, got "hello"$/],
  ['several documents', `${minimal}---\n${minimal}`, /^f\.yaml:8:1: expected one document, got 2/],
  ['wrong syntax', 'a: [1\nb: }', /^f\.yaml:2:4: not valid YAML: Unexpected flow-map-end/],
  ['a key twice', `${minimal}kind: Experiment\n`, /^f\.yaml:8:1: not valid YAML: Map keys must be unique$/],
  ['an unknown tag', '!js/function {a: 1}', /^f\.yaml:1:1: not valid YAML: Unresolved tag/],
  ['an unknown anchor', 'a: *nowhere', /^f\.yaml:1:\d+: not valid YAML: Unresolved alias/],
  ['100 000 open brackets', '['.repeat(100_000), /^f\.yaml:1:\d+: not valid YAML: it is nested too deeply$/],
  ['3 000 nested lists', '['.repeat(3000) + ']'.repeat(3000), /nested too deeply|expected an experiment/],
  [
    '10 MB',
    'x'.repeat(10_000_000),
    /^f\.yaml:1:1: expected an experiment file of at most 256 KiB, got 9766 KiB$/,
  ],
  ['an empty spec', `${head}spec:\n`, /^f\.yaml:4:6: spec: expected .*, got nothing$/],
  ['not a number', `${minimal}  parameters: {a: .nan}\n`, /got NaN$/],
  [
    'a prototype key',
    `${minimal}  parameters: {__proto__: 5}\n`,
    /^f\.yaml:8:16: spec\.parameters\.__proto__: /,
  ],
  ['an anchor that holds itself', '&a {kind: *a}', /kind: expected Experiment/],
  [
    'an anchor bomb',
    'a: &a [x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b]\nd: [*c,*c,*c,*c]\n',
    /^f\.yaml:1:1: expected at most 50 uses of anchors \(\*name\), got more$/,
  ],
]
for (const [name, text, expected] of hostile)
  test(`${name} is refused with its place`, () => {
    assert.match(problemsOf(text).at(-1) ?? 'accepted', expected)
  })

test('whatever the text, the parser returns an experiment or an ExperimentFileError', () => {
  const fragment = fc.constantFrom(
    'spec:',
    ' {',
    '}',
    '[',
    ']',
    '- ',
    'a: ',
    '&x ',
    '*x',
    '\n',
    '  ',
    '---',
    '"',
    "'",
    '!!',
    '|',
    '? ',
    '%',
  )
  fc.assert(
    fc.property(fc.array(fc.oneof(fragment, fc.string()), { maxLength: 30 }), (parts) => {
      assert.ok(problemsOf(parts.join('')).length > 0)
    }),
  )
})

test('the committed JSON Schema is the one of the code (else: node loadgen/experiment/generate-schema.ts)', () => {
  const committed: unknown = JSON.parse(readFileSync(schemaFile, 'utf8'))
  assert.equal(JSON.stringify(committed), JSON.stringify(JSON.parse(generateExperimentSchema())))
})
