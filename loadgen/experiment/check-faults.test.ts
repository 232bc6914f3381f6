import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ExperimentFileError } from './experiment-file-error.ts'
import { parseExperiment } from './parse-experiment.ts'

const withFaults = (faults: string) => `apiVersion: chairlift.dev/v1alpha1
kind: Experiment
metadata: {name: ski}
spec:
  workload: rides/write
  target: {service: rides-api}
  matrix: {threads: [1]}
  faults: ${faults}
`

test('faults are read in the order of their times, in ms', () => {
  const text = withFaults(
    '[{at: 20s, kill: {server: rabbitmq}, for: 1.5s}, {at: 2s, kill: {system: rides, process: writer, replica: 2}}]',
  )
  assert.deepEqual(parseExperiment(text, 'f.yaml').faults, [
    { atMs: 2_000, kill: { system: 'rides', process: 'writer', replica: 2 }, forMs: 0 },
    { atMs: 20_000, kill: { server: 'rabbitmq' }, forMs: 1_500 },
  ])
})

const wrong: [faults: string, problem: RegExp][] = [
  ['{at: 2s}', /spec\.faults: expected a list of faults/],
  ['[{kill: {server: redis}}]', /spec\.faults\[0\]\.at: is required/],
  ['[{at: 2s}]', /spec\.faults\[0\]\.kill: is required/],
  ['[{at: 2s, kill: {}}]', /kill: expected either \{system, process\} or \{server\}/],
  ['[{at: 2s, kill: {system: rides}}]', /kill: expected either/],
  ['[{at: 2s, kill: {server: redis, process: writer}}]', /kill: expected either/],
  [
    '[{at: 2s, kill: {server: mysql}}]',
    /kill\.server: expected a backing server: rabbitmq, postgres or redis, got "mysql"/,
  ],
  ['[{at: 2, kill: {server: redis}}]', /at: expected when it comes/],
  ['[{at: 900ms, kill: {server: redis}}]', /at: expected at least 1s, got 900ms/],
  ['[{at: 2s, kill: {system: rides, process: writer}, for: 3s}]', /for: belongs to a server/],
  ['[{at: 2s, kil: {server: redis}}]', /kil.*did you mean kill/],
]
for (const [faults, problem] of wrong)
  test(`${faults} is refused`, () => {
    assert.throws(
      () => parseExperiment(withFaults(faults), 'f.yaml'),
      (error) => error instanceof ExperimentFileError && problem.test(error.message),
    )
  })
