import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startTestServer } from '../../engine/testing/test-server.ts'
import { ExperimentFileError } from '../../experiment/experiment-file-error.ts'
import { parseExperiment } from '../../experiment/parse-experiment.ts'
import { describeEnvironment } from '../../result/describe-environment.ts'
import { runExperiment } from '../../run/run-experiment.ts'

const head = `apiVersion: chairlift.dev/v1alpha1
kind: Experiment
metadata: {name: mine}
spec:
  workload: http
  target: {url: 'http://127.0.0.1:1'}
  matrix: {threads: [3]}
`

function run(target: string, section: string) {
  return runExperiment({
    experiment: parseExperiment(head + section, 'mine.yaml'),
    target,
    environment: describeEnvironment({}, null),
    chairliftVersion: '0',
    progress: { note: () => {}, runStarts: () => {}, second: () => {}, runEnds: () => {} },
    signal: AbortSignal.timeout(60_000),
  })
}

test('a mix keeps its weights, accepts what the file accepts, and checks the answers', async () => {
  const seen = new Map<string, number>()
  await using server = await startTestServer((request, response) => {
    const kind = `${request.method} ${request.url?.split('/')[1]}`
    seen.set(kind, (seen.get(kind) ?? 0) + 1)
    response.statusCode = kind === 'GET items' && request.url?.endsWith('0') ? 404 : 200
    response.end('{"name":"x"}')
  })
  const { runs, experiment } = await run(
    server.url,
    `  parameters: {requests: 2000}
  http:
    requests:
      - {name: getItem, weight: 3, path: '/items/{{integer 1 100}}', accept: [404], contains: name}
      - {name: addItem, method: POST, path: /add, json: {number: '{{sequence}}'}}
`,
  )
  // Not the verdict: on a busy machine the load generator is the limit, and says so.
  assert.ok(runs[0]?.verification.passed, JSON.stringify(runs[0]?.verification))
  const [gets = 0, posts = 0] = [seen.get('GET items'), seen.get('POST add')]
  assert.equal(gets + posts, 2_000)
  assert.ok(gets > 1_400 && gets < 1_600, `${gets} of 2000 with weight 3 of 4`)
  assert.deepEqual([runs[0]?.operations['getItem']?.ok, runs[0]?.operations['addItem']?.ok], [gets, posts])
  assert.deepEqual(
    runs[0]?.verification.checks.filter(({ id }) => id.startsWith('HTTP')).map(({ id }) => id),
    ['HTTP-1', 'HTTP-2', 'HTTP-3'],
  )
  assert.ok(experiment.http)
})

test('a sequence sends all requests of an item in order', async () => {
  const paths: string[] = []
  await using server = await startTestServer((request, response) => {
    paths.push(request.url ?? '')
    response.end()
  })
  const { runs } = await run(
    server.url,
    `  parameters: {requests: 5}
  http: {mode: sequence, requests: [{name: a, path: '/a/{{sequence}}'}, {name: b, path: '/b/{{sequence}}'}]}
`,
  )
  assert.ok(runs[0]?.verification.passed, JSON.stringify(runs[0]?.verification))
  for (let item = 0; item < 5; item++)
    assert.ok(paths.indexOf(`/a/${item}`) >= 0 && paths.indexOf(`/a/${item}`) < paths.indexOf(`/b/${item}`))
})

test('wrong answers, failed requests and a missing service have verdicts of their own', async () => {
  await using server = await startTestServer((request, response) => {
    response.statusCode = request.url === '/fails' ? 500 : 200
    response.end('{}')
  })
  const one = (request: string, more = '') =>
    run(
      server.url,
      `  retry: {limit: 0}\n  parameters: {requests: 20${more}}\n  http: {requests: [${request}]}\n`,
    )
  const wrong = await one('{name: a, path: /, contains: missing}')
  assert.equal(wrong.verdict, 'verification-failed')
  assert.ok(wrong.runs[0]?.verification.checks.some(({ id, actual }) => id === 'HTTP-3' && actual === 20))
  assert.equal((await one('{name: a, path: /fails}')).exitCode, 96)
  const allowed = await one('{name: a, path: /fails}', ', allowFailures: true')
  assert.ok(allowed.runs[0]?.verification.passed)
  await server.stop()
  assert.equal((await one('{name: a, path: /}')).exitCode, 97)
})

test('a wrong section http is refused with line, column and what was expected', () => {
  const problemsOf = (section: string) => {
    try {
      parseExperiment(head + section, 'f.yaml')
    } catch (error) {
      assert.ok(error instanceof ExperimentFileError, `${error}`)
      return error.message
    }
    return ''
  }
  assert.match(problemsOf(''), /spec\.http: is required with workload: http/)
  assert.match(
    problemsOf('  http: {}\n'),
    /f\.yaml:8:9: spec\.http: expected exactly one of requests and openapi/,
  )
  assert.match(
    problemsOf(`  http: {requests: [{name: a, path: '/{{integer 5}}'}]}\n`),
    /spec\.http\.requests\.0: expected \{\{integer LOWEST HIGHEST\}\}, got \{\{integer 5\}\}/,
  )
  assert.match(
    problemsOf('  http: {requests: [{name: a, path: items}]}\n'),
    /expected a path that begins with \/, .* got "items"/,
  )
  assert.match(
    problemsOf('  http: {requests: [{name: a, path: /}, {name: a, path: /}]}\n'),
    /different names, got a twice/,
  )
  assert.match(
    problemsOf('  http: {requests: [{name: a, path: /, body: x, json: 1}]}\n'),
    /expected json or body, got both/,
  )
})
