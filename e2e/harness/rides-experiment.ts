import { parseExperiment } from '@chairlift/loadgen/experiment/parse-experiment.ts'
import { describeEnvironment } from '@chairlift/loadgen/result/describe-environment.ts'
import type { Result } from '@chairlift/loadgen/result/result-schema.ts'
import type { Check, Run } from '@chairlift/loadgen/result/run-schema.ts'
import type { Observer } from '@chairlift/loadgen/run/observer.ts'
import { runExperiment } from '@chairlift/loadgen/run/run-experiment.ts'

export interface RidesLoad {
  target: string
  observer?: Observer
  threads: number
  requests: number
  /** Lines of the experiment's spec, e.g. `retry: {limit: 5, mode: transient}`. */
  spec?: string
  parameters?: string
  /** Called each second of the run with the number of requests completed so far. */
  onSecond?: (completed: number) => void
}

/** Runs `rides/write` against a running system, as a user's experiment file would. */
export async function runRides(load: RidesLoad): Promise<Result> {
  const experiment = parseExperiment(
    `apiVersion: chairlift.dev/v1alpha1
kind: Experiment
metadata: { name: e2e }
spec:
  workload: rides/write
  target: { url: "${load.target}" }
  matrix: { threads: [${load.threads}] }
  parameters: { requests: ${load.requests}, startupThreads: 4, startupRequests: 100${load.parameters ? `, ${load.parameters}` : ''} }
${load.spec ? `  ${load.spec}` : ''}
`,
    'e2e.yaml',
  )
  let completed = 0
  return await runExperiment({
    experiment,
    target: load.target,
    ...(load.observer && { observer: load.observer }),
    environment: describeEnvironment({}, null),
    chairliftVersion: 'e2e',
    progress: {
      note: () => undefined,
      runStarts: () => undefined,
      second(sample) {
        completed += sample.completed
        load.onSecond?.(completed)
      },
      runEnds: () => undefined,
    },
    signal: new AbortController().signal,
  })
}

/** The only run of a result; fails with the reason when the experiment ended early. */
export function onlyRun(result: Result): Run {
  const run = result.runs[0]
  if (!run) throw new Error(`the experiment ended early: ${result.failure}`)
  return run
}

/**
 * The checks about the data, without those about failed requests: after a fault some may fail, none may be lost.
 *
 * @param byTheClock requests were due by the clock: what is due while nobody answers is dropped once enough is in flight,
 * and counted as not sent
 */
export function failedDataChecks(run: Run, byTheClock = false): Check[] {
  return run.verification.checks.filter(
    ({ id, name, passed }) =>
      !passed && !name.startsWith('no request failed') && !(byTheClock && id === 'RID-I7'),
  )
}
