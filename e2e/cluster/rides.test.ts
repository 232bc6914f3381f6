import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import { eventually } from '@chairlift/kit/testing/eventually.ts'
import { get } from '../harness/cluster/cluster.ts'
import { finishJob, startJob } from '../harness/cluster/job.ts'
import { readJobResult } from '../harness/cluster/job-result.ts'
import { installRelease, type Release, ridesAlone } from '../harness/cluster/release.ts'
import { ridesOf, waitUntilWhole } from '../harness/cluster/rides-release.ts'
import { failedDataChecks } from '../harness/rides-experiment.ts'
import { type RidesUnderTest, testRides } from '../harness/rides-suite.ts'

/** An experiment whose objective nothing meets, run by the image's own command. */
const impossible = `apiVersion: chairlift.dev/v1alpha1
kind: Experiment
metadata: { name: impossible }
spec:
  workload: rides/write
  target: { service: rides-api }
  matrix: { threads: [2] }
  parameters: { requests: 2000, startupThreads: 1, startupRequests: 100 }
  objectives: { p99: 1us }
`

/** Enough to keep the API busy for a minute, on any machine. */
const steady = `apiVersion: chairlift.dev/v1alpha1
kind: Experiment
metadata: { name: steady }
spec:
  workload: rides/write
  target: { service: rides-api }
  matrix: { threads: [16] }
  parameters: { requests: 48000, startupThreads: 1, startupRequests: 100 }
  model: open
  rate: 800
`

/** The command of a Job that writes an experiment of its own and runs it. */
function runText(experiment: string): string[] {
  // A process of its own: workers of the load generator inherit Node's options, --eval among them.
  const run = ['/app/lab/chairlift.ts', 'run', '/tmp/experiment.yaml', '--target', 'http://rides-api:8080']
  const script =
    `require('node:fs').writeFileSync('/tmp/experiment.yaml', ${JSON.stringify(experiment)}); ` +
    `process.exitCode = require('node:child_process').spawnSync(process.execPath, ` +
    `${JSON.stringify([...run, '--out', '/out', '--result-in-log'])}, { stdio: 'inherit' }).status`
  return ['node', '--eval', script]
}

describe('the rides in a cluster', { timeout: 1_800_000 }, () => {
  let release: Release
  let rides: RidesUnderTest

  before(async () => {
    const scaling = 'rides.api.autoscaling'
    release = await installRelease({
      // Low, so that the load need not be near what the machine can do.
      set: [
        ...ridesAlone,
        `${scaling}.maxReplicas=3`,
        `${scaling}.targetCPUPercent=8`,
        `${scaling}.behavior.scaleDown.stabilizationWindowSeconds=15`,
      ],
    })
    rides = await ridesOf(release)
  })
  beforeEach(() => waitUntilWhole(release))
  after(() => release?.[Symbol.asyncDispose]())

  test('an experiment runs as a Job: exit code 0, table in its log, result and report from it', async (t) => {
    await startJob(release, 'loadgen-smoke', 'run-1')
    const job = await finishJob(release, 'run-1')
    assert.ok(job.succeeded, job.log)
    assert.equal(job.exitCode, 0)
    const { result, report } = await readJobResult(job.log)
    assert.equal(result.exitCode, 0)
    const [run] = result.runs
    assert.ok(run && run.completion.accepted >= 5_000)
    assert.ok(run.verification.checks.length > 0 && run.verification.checks.every(({ passed }) => passed))
    assert.match(report, /<html/)
    const table = job.log.slice(job.log.indexOf('-----END'))
    for (const line of table.split('\n').slice(1)) t.diagnostic(line)
    assert.match(table, /Every check of the data held/)
  })

  test('the exit codes are the verdict: 99 for a missed objective, 97 for a target that is not there', async () => {
    await startJob(release, 'loadgen-smoke', 'missed', () => runText(impossible))
    await startJob(release, 'loadgen-smoke', 'nowhere', (command) =>
      command.map((word) => word.replace('rides-api:8080', 'rides-api:8081')),
    )
    const [missed, nowhere] = [await finishJob(release, 'missed'), await finishJob(release, 'nowhere')]
    assert.deepEqual([missed.succeeded, missed.exitCode], [false, 99], missed.log)
    assert.deepEqual([nowhere.succeeded, nowhere.exitCode], [false, 97], nowhere.log)
  })

  test('the autoscaler of rides-api follows the load of a Job, out and back', async (t) => {
    const scaler = async () => await get('hpa/rides-api', '--namespace', release.namespace)
    await startJob(release, 'loadgen-rides-200k', 'load', () => runText(steady))
    const seen = new Set<number>()
    await eventually(
      'it scales out',
      async () => {
        const { status } = await scaler()
        seen.add(status.currentReplicas)
        return status.desiredReplicas > 2
      },
      300_000,
      1_000,
    )
    const job = await finishJob(release, 'load', 600_000)
    const { result } = await readJobResult(job.log)
    const [run] = result.runs
    assert.ok(run, job.log)
    assert.deepEqual(failedDataChecks(run, true), [])
    // Where the machine was too slow for the rate the load generator says so, or requests failed.
    assert.ok([0, 96, 98].includes(job.exitCode), job.log)
    t.diagnostic(
      `${run.completion.accepted} rides, ${run.throughput.okPerSecond.toFixed(0)}/s, exit code ${job.exitCode}`,
    )
    await eventually(
      'it scales back',
      async () => (await scaler()).status.desiredReplicas === 2,
      300_000,
      1_000,
    )
    await eventually(
      'there are two pods',
      async () => (await release.pods('rides-api')).length === 2,
      120_000,
      1_000,
    )
    t.diagnostic(`replicas seen on the way out: ${[...seen].join(' ')}`)
  })

  // By the clock, so that a run is longer than an outage on a fast machine, and ends on a slow one.
  testRides(() => rides, { threads: 16, requests: 4_500, rate: 150 })
})
