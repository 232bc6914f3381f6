import { parseExperiment } from '@chairlift/loadgen/experiment/parse-experiment.ts'
import { describeEnvironment } from '@chairlift/loadgen/result/describe-environment.ts'
import type { Result } from '@chairlift/loadgen/result/result-schema.ts'
import type { Observer } from '@chairlift/loadgen/run/observer.ts'
import { runExperiment } from '@chairlift/loadgen/run/run-experiment.ts'

export interface AlbumsLoad {
  target: string
  observer?: Observer
  workload: 'albums/pairs' | 'albums/reviews' | 'albums/read'
  threads: number
  /** In YAML's flow form, e.g. `iterations: 60, readers: 2`. */
  parameters: string
  /** Called each second of the run with the number of requests completed so far. */
  onSecond?: (completed: number) => void
}

/** Runs a workload of the albums against a running system, as a user's experiment file would. */
export async function runAlbums(load: AlbumsLoad): Promise<Result> {
  const experiment = parseExperiment(
    `apiVersion: chairlift.dev/v1alpha1
kind: Experiment
metadata: { name: e2e }
spec:
  workload: ${load.workload}
  target: { url: "${load.target}" }
  matrix: { threads: [${load.threads}] }
  parameters: { ${load.parameters} }
  retry: { limit: 5, mode: transient }
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
