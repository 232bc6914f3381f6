import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { compareResults } from '@chairlift/loadgen/compare/compare-results.ts'
import { NotComparableError } from '@chairlift/loadgen/compare/compared-runs.ts'
import { renderComparisonTable, renderFalseAlarms } from '@chairlift/loadgen/compare/comparison-table.ts'
import { countFalseAlarms } from '@chairlift/loadgen/compare/false-alarms.ts'
import { type MetricName, metricNames } from '@chairlift/loadgen/compare/metrics.ts'
import { renderComparison } from '@chairlift/loadgen/compare/render-comparison.ts'
import { readResult, writeFileAtomically } from '@chairlift/loadgen/result/result-file.ts'
import { Command, InvalidArgumentError } from 'commander'

interface CompareCommandOptions {
  a?: Record<string, string>
  b?: Record<string, string>
  metrics?: MetricName[]
  operation?: string
  aa: boolean
  runs: number
  gate: boolean
  out: string
}

/** `chairlift compare A B`: is B better or worse than A, run by run. */
export function compareCommand(): Command {
  return new Command('compare')
    .description('compare two results, or two parts of one, by their runs')
    .argument('<result...>', 'result.json files or their folders: A and B, or one that holds both')
    .option('--a <name=value>', 'side A: only runs with this value of a varied parameter', collectWhere)
    .option('--b <name=value>', 'side B, likewise', collectWhere)
    .option('--metrics <list>', `only these of ${metricNames.join(',')}`, parseMetrics)
    .option('--operation <name>', 'only the figures of this operation')
    .option('--aa', 'how often identical runs would be called different; any number of results', false)
    .option('--runs <n>', 'runs a side of the A/A test', parseRuns, 5)
    .option(
      '--gate',
      'exit with 99 when B is worse in any figure (or, with --aa, above 5 % false alarms)',
      false,
    )
    .option('-o, --out <dir>', 'folder for comparison.json and comparison.html', 'out')
    .addHelpText(
      'after',
      `
A is compared with B where both ran the same threads and parameters. It takes 5 runs a side to show anything.

Exit codes: 0 compared, 99 worse (with --gate), 98 no run with a valid load generator, 96 no run with right data,
            1 not comparable or wrong usage.

Examples:
  chairlift compare out/before out/after
  chairlift compare out/result.json --a idempotencyKeys=false --b idempotencyKeys=true
  chairlift compare --aa out/result.json`,
    )
    .action(compare)
}

async function compare(files: string[], options: CompareCommandOptions): Promise<void> {
  try {
    const results = await Promise.all(
      files.map(async (file) => ({ result: await readResult(await resultFileOf(file)), label: file })),
    )
    if (options.aa) {
      const alarms = countFalseAlarms(results, {
        runsPerSide: options.runs,
        ...(options.metrics && { metrics: options.metrics }),
      })
      await writeFileAtomically(options.out, 'false-alarms.json', `${JSON.stringify(alarms, null, 2)}\n`)
      process.stdout.write(renderFalseAlarms(alarms))
      if (options.gate && alarms.interleaved.rate > 0.05) process.exitCode = 99
      return
    }
    await compareTwo(results, options)
  } catch (error) {
    if (error instanceof NotComparableError) {
      process.stderr.write(`chairlift: ${error.message}\n`)
      process.exitCode = error.exitCode
    } else throw error
  }
}

type Read = { result: Awaited<ReturnType<typeof readResult>>; label: string }

async function compareTwo(results: readonly Read[], options: CompareCommandOptions): Promise<void> {
  const [first, second = first] = results
  const { a = {}, b = {}, metrics, operation, out } = options
  const isOne = results.length === 1
  if (first === undefined || second === undefined || results.length > 2)
    throw new Error('expected two results, or one with --a and --b')
  if (isOne && JSON.stringify(a) === JSON.stringify(b))
    throw new Error(
      'one result has to be divided: name both sides, for example --a order=uniform --b order=sequential',
    )
  const labelOf = (label: string, where: Record<string, string>) =>
    [...(isOne ? [] : [label]), ...Object.entries(where).map(([name, value]) => `${name}=${value}`)].join(
      ' ',
    ) || label
  const comparison = compareResults(
    { result: first.result, label: labelOf(first.label, a), where: a },
    { result: second.result, label: labelOf(second.label, b), where: b },
    { ...(metrics && { metrics }), ...(operation !== undefined && { operation }) },
  )
  await writeFileAtomically(out, 'comparison.json', `${JSON.stringify(comparison)}\n`)
  const page = await writeFileAtomically(out, 'comparison.html', renderComparison(comparison))
  process.stdout.write(
    `${renderComparisonTable(comparison, process.stdout.columns ?? 120)}\ncomparison  ${page}\n`,
  )
  if (options.gate && (comparison.finding === 'worse' || comparison.finding === 'mixed'))
    process.exitCode = 99
}

/** A folder stands for the result.json in it. */
async function resultFileOf(path: string): Promise<string> {
  const isFolder = await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  )
  return isFolder ? join(path, 'result.json') : path
}

function collectWhere(text: string, before: Record<string, string> = {}): Record<string, string> {
  const match = /^([a-z][A-Za-z0-9]*)=(.+)$/.exec(text)
  if (!match) throw new InvalidArgumentError('expected NAME=VALUE, e.g. order=uniform or threads=8')
  return { ...before, [match[1] as string]: match[2] as string }
}

function parseMetrics(text: string): MetricName[] {
  const names = text.split(',').map((part) => part.trim())
  const known = names.filter((name): name is MetricName => (metricNames as readonly string[]).includes(name))
  if (known.length !== names.length)
    throw new InvalidArgumentError(`expected some of ${metricNames.join(', ')}, e.g. throughput,p99`)
  return known
}

function parseRuns(text: string): number {
  const runs = Number(text)
  if (!/^[0-9]{1,3}$/.test(text) || runs < 2)
    throw new InvalidArgumentError('expected a number from 2 to 999')
  return runs
}
