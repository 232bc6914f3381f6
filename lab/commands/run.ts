import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseExperiment } from '@chairlift/loadgen/experiment/parse-experiment.ts'
import { withOverrides } from '@chairlift/loadgen/experiment/with-overrides.ts'
import { renderReport } from '@chairlift/loadgen/report/render-report.ts'
import { formatResultCsv } from '@chairlift/loadgen/report/result-csv.ts'
import { renderTerminalTable } from '@chairlift/loadgen/report/terminal-table.ts'
import { writeFileAtomically, writeResult } from '@chairlift/loadgen/result/result-file.ts'
import { formatResultBlock } from '@chairlift/loadgen/result/result-log.ts'
import type { Result } from '@chairlift/loadgen/result/result-schema.ts'
import { planRuns } from '@chairlift/loadgen/run/plan-runs.ts'
import { runExperiment } from '@chairlift/loadgen/run/run-experiment.ts'
import { withOpenApiRequests } from '@chairlift/loadgen/workloads/http/read-openapi.ts'
import { Command, InvalidArgumentError } from 'commander'
import type { ReplicaRange } from '../scaling/lab-policy.ts'
import { readVersion } from '../version.ts'
import { openExperimentTarget } from './experiment-target.ts'
import { listenForInterruption } from './interruption.ts'
import { collectRanges, collectReplicas, parseHttpUrl, parseThreads } from './options.ts'
import { showProgress } from './show-progress.ts'

interface RunOptions {
  threads?: number[]
  repetitions?: number
  out: string
  target?: string
  replicas?: Record<string, number>
  scale?: Record<string, ReplicaRange>
  scalerLog?: string
  attempts: boolean
  resultInLog: boolean
  verbose: boolean
}

/** `chairlift run EXPERIMENT`: the experiment, its table, result.json and report.html; exit code = verdict. */
export function runCommand(): Command {
  return new Command('run')
    .description('run an experiment and write its result and report')
    .argument('<experiment>', 'experiment file, e.g. loadgen/experiments/smoke.yaml')
    .option('-t, --threads <list>', 'thread counts instead of those of the file, e.g. 32,64', parseThreads)
    .option('--repetitions <n>', 'repetitions instead of those of the file', parseRepetitions)
    .option('-o, --out <dir>', 'folder for result.json, result.csv and report.html', 'out')
    .option('--target <url>', 'a service that runs already; nothing is started then', parseHttpUrl)
    .option('-r, --replicas <process=n>', 'number of processes, e.g. rides-writer=2', collectReplicas)
    .option('--scale <process=min..max>', 'range of a consumer that scales with its queue', collectRanges)
    .option('--scaler-log <file>', 'write every scaling decision, for chairlift scaler replay')
    .option('--attempts', 'also write a CSV line for every single attempt', false)
    .option('--result-in-log', 'also print the result, for `chairlift report -` to find in the log', false)
    .option('-v, --verbose', "show every process's log", false)
    .addHelpText(
      'after',
      `
Exit codes: 0 ok, 99 objective missed, 98 load generator not valid, 97 target unreachable,
            96 verification failed, 1 internal error or wrong usage.

Examples:
  chairlift run loadgen/experiments/smoke.yaml
  chairlift run loadgen/experiments/rides-200k.yaml --threads 32,64,128 --out out/
  chairlift run loadgen/experiments/rides-200k.yaml --target http://127.0.0.1:8080`,
    )
    .action(run)
}

async function run(file: string, options: RunOptions): Promise<void> {
  const experiment = withOverrides(
    await withOpenApiRequests(parseExperiment(await readText(file), file), file),
    {
      ...(options.threads && { threads: options.threads }),
      ...(options.repetitions && { repetitions: options.repetitions }),
    },
  )
  // Checked before anything is started: a wrong parameter should cost a second, not a minute.
  const { workload } = planRuns(experiment)
  await mkdir(options.out, { recursive: true })
  const signal = listenForInterruption()
  const progress = showProgress(process.stderr)
  await using target = await openExperimentTarget(experiment, workload, {
    ...options,
    log: progress.note,
    signal,
    ...(options.verbose && { onServiceLine: (line) => process.stderr.write(`${line}\n`) }),
  })
  const result = await runExperiment({
    experiment,
    target: target.url,
    ...(target.observer && { observer: target.observer }),
    ...(target.faults && { faults: target.faults }),
    environment: target.environment,
    chairliftVersion: await readVersion(),
    progress,
    signal,
    ...(options.attempts && { attemptsDirectory: options.out }),
  })
  await present(result, options)
}

async function present(result: Result, { out: folder, resultInLog }: RunOptions): Promise<void> {
  const file = await writeResult(folder, result)
  if (resultInLog) process.stdout.write(formatResultBlock(await readFile(file, 'utf8')))
  await writeFileAtomically(folder, 'report.html', renderReport(result))
  await writeFileAtomically(folder, 'result.csv', formatResultCsv(result))
  process.stdout.write(`${renderTerminalTable(result, process.stdout.columns ?? 120)}\n`)
  process.stdout.write(`\nreport  ${join(folder, 'report.html')}\nresult  ${join(folder, 'result.json')}\n`)
  process.exitCode = result.exitCode
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    throw new Error(`cannot read the experiment ${file}: ${(error as NodeJS.ErrnoException).code}`)
  }
}

function parseRepetitions(text: string): number {
  const repetitions = Number(text)
  if (!/^[1-9][0-9]?$/.test(text)) throw new InvalidArgumentError('expected a number from 1 to 99')
  return repetitions
}
