import { readFile } from 'node:fs/promises'
import { parseExperiment } from '@chairlift/loadgen/experiment/parse-experiment.ts'
import { writeFileAtomically } from '@chairlift/loadgen/result/result-file.ts'
import { planRuns } from '@chairlift/loadgen/run/plan-runs.ts'
import { runExperiment } from '@chairlift/loadgen/run/run-experiment.ts'
import { renderSearch, renderSearchTable } from '@chairlift/loadgen/search/render-search.ts'
import { searchExitCodes } from '@chairlift/loadgen/search/search-outcome.ts'
import { checkSearchable, searchRate } from '@chairlift/loadgen/search/search-rate.ts'
import { withOpenApiRequests } from '@chairlift/loadgen/workloads/http/read-openapi.ts'
import { Command, InvalidArgumentError } from 'commander'
import { readVersion } from '../version.ts'
import { openExperimentTarget } from './experiment-target.ts'
import { listenForInterruption } from './interruption.ts'
import { collectReplicas, parseHttpUrl } from './options.ts'
import { showProgress } from './show-progress.ts'

interface SearchCommandOptions {
  target?: string
  seconds: number
  start?: number
  replicas?: Record<string, number>
  out: string
}

/** `chairlift search EXPERIMENT`: the highest rate at which the service meets the experiment's objectives. */
export function searchCommand(): Command {
  return new Command('search')
    .description('search the highest rate at which a service meets the objectives of an experiment')
    .argument('<experiment>', 'experiment file with a latency objective')
    .option('--target <url>', 'a service that runs already; nothing is started then', parseHttpUrl)
    .option('--seconds <n>', 'how long each probe offers its rate', parseNumber, 30)
    .option(
      '--start <rate>',
      'first rate, requests per second; without it a closed run finds out',
      parseNumber,
    )
    .option('-r, --replicas <process=n>', 'number of processes, e.g. rides-writer=2', collectReplicas)
    .option('-o, --out <dir>', 'folder for search.json and search.html', 'out')
    .addHelpText(
      'after',
      `
At most 12 probes: growing until a rate fails, halving until rates are within 4 %, then 3 confirmations.

Exit codes: 0 confirmed, 99 no rate held or not confirmed, 98 the load generator was the limit, 97 target
            unreachable, 96 verification failed, 1 internal error or wrong usage.

Examples:
  chairlift search loadgen/experiments/demo.yaml
  chairlift search my-experiment.yaml --target http://127.0.0.1:8080 --seconds 10`,
    )
    .action(search)
}

async function search(file: string, options: SearchCommandOptions): Promise<void> {
  const experiment = await withOpenApiRequests(parseExperiment(await readFile(file, 'utf8'), file), file)
  const { workload } = planRuns(experiment)
  checkSearchable(experiment)
  const signal = listenForInterruption()
  const progress = showProgress(process.stderr)
  await using target = await openExperimentTarget(experiment, workload, {
    ...options,
    log: progress.note,
    signal,
  })
  const chairliftVersion = await readVersion()
  const outcome = await searchRate({
    experiment,
    probeSeconds: options.seconds,
    ...(options.start !== undefined && { startPerSecond: options.start }),
    run: (probe) =>
      runExperiment({
        experiment: probe,
        target: target.url,
        ...(target.observer && { observer: target.observer }),
        environment: target.environment,
        chairliftVersion,
        progress,
        signal,
      }),
    onProbe: ({ ratePerSecond, held, reasons }) => {
      if (ratePerSecond !== null)
        progress.note(`${Math.round(ratePerSecond)}/s ${held ? 'held' : `not held: ${reasons.join('; ')}`}`)
    },
  })
  await writeFileAtomically(options.out, 'search.json', `${JSON.stringify(outcome)}\n`)
  const page = await writeFileAtomically(options.out, 'search.html', renderSearch(outcome))
  process.stdout.write(`${renderSearchTable(outcome, process.stdout.columns ?? 120)}\nsearch  ${page}\n`)
  process.exitCode = searchExitCodes[outcome.end]
}

function parseNumber(text: string): number {
  const number = Number(text)
  if (!/^[0-9.]+$/.test(text) || !(number > 0)) throw new InvalidArgumentError('expected a number above 0')
  return number
}
