import type { Experiment } from '../experiment/experiment.ts'
import { withOverrides } from '../experiment/with-overrides.ts'
import { summariseRun } from '../report/run-summary.ts'
import type { Result } from '../result/result-schema.ts'
import type { Run } from '../result/run-schema.ts'
import { nextRateStep, type RateProbe } from '../statistics/rate-search.ts'
import { findWorkload } from '../workloads/all-workloads.ts'
import { judgeProbe } from './judge-probe.ts'
import type { ReportedProbe, SearchEnd, SearchOutcome } from './search-outcome.ts'

export interface SearchOptions {
  experiment: Experiment
  /** How long each probe offers its rate. */
  probeSeconds: number
  /** Where to begin, items/s; without it a closed probe finds out. */
  startPerSecond?: number
  /** All probes together, the closed one included. */
  mostProbes?: number
  /** Runs an experiment of one run, as `runExperiment` does. */
  run(experiment: Experiment): Promise<Result>
  /** Told of each probe when it is over. */
  onProbe(probe: ReportedProbe): void
}

/** The experiment cannot be searched with; the message says what is missing. */
export class SearchError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'SearchError'
  }
}

/** Where a search begins, as a share of what a closed loop reached. */
const startShare = 0.8
/** Requests of the closed probe, for each thread. */
const closedPerThread = 200

/**
 * Searches the highest rate at which a service meets the experiment's objectives: a closed probe to know the order of
 * size, then open-model probes (Poisson arrivals, latency from the intended start) as `nextRateStep` says.
 *
 * @throws SearchError when the experiment names no latency objective, or its workload has no number of requests
 */
export async function searchRate(options: SearchOptions): Promise<SearchOutcome> {
  const { experiment, probeSeconds, mostProbes = 12 } = options
  checkSearchable(experiment)
  const probes: ReportedProbe[] = []
  const made: RateProbe[] = []
  const startedAt = new Date().toISOString()
  let environment: Result['environment'] | undefined
  const connections = Math.max(...experiment.threads)
  const end = (
    kind: SearchEnd,
    ratePerSecond: number | null,
    failure: string | null = null,
  ): SearchOutcome => ({
    schemaVersion: 1,
    experiment: experiment.name,
    workload: experiment.workload,
    objectives: experiment.objectives,
    probeSeconds,
    connections,
    environment: environment as Result['environment'],
    startedAt,
    finishedAt: new Date().toISOString(),
    end: kind,
    failure,
    ratePerSecond,
    probes,
  })
  const make = async (probe: Experiment): Promise<{ run: Run } | { ended: SearchOutcome }> => {
    const result = await options.run(probe)
    environment = result.environment
    const [run] = result.runs
    if (run !== undefined && result.failure === null) return { run }
    const kind = result.verdict === 'target-unreachable' ? 'target-unreachable' : 'internal-error'
    return { ended: end(kind, null, result.failure) }
  }
  const report = (probe: ReportedProbe) => {
    probes.push(probe)
    options.onProbe(probe)
  }

  let { startPerSecond } = options
  if (startPerSecond === undefined) {
    const answer = await make(closedProbe(experiment, connections))
    if ('ended' in answer) return answer.ended
    report({ ...describeRun(answer.run), kind: 'closed', ratePerSecond: null, held: true, reasons: [] })
    startPerSecond = startShare * answer.run.throughput.okPerSecond
    if (!(startPerSecond > 0)) return end('none', null, 'the service answered no request with success')
  }
  const openProbes = mostProbes - probes.length
  for (;;) {
    const step = nextRateStep(made, { startPerSecond, mostProbes: openProbes })
    if (step.kind === 'end') return end(step.outcome, step.ratePerSecond)
    // Whole requests per probe, so that the rate that is reported is the one that was offered.
    const answer = await make(openProbe(experiment, step.ratePerSecond, probeSeconds, connections))
    if ('ended' in answer) return answer.ended
    const verdict = judgeProbe(answer.run, experiment.objectives, step.ratePerSecond)
    report({
      ...describeRun(answer.run),
      kind: step.isConfirmation ? 'confirmation' : 'search',
      ratePerSecond: step.ratePerSecond,
      held: verdict.held,
      reasons: verdict.reasons,
    })
    const best =
      Math.max(0, ...made.filter(({ held }) => held).map(({ ratePerSecond }) => ratePerSecond)) || null
    if (verdict.isGeneratorLimit) return end('generator-limit', best, verdict.reasons.join('; '))
    if (isDataWrong(answer.run)) return end('wrong-data', best, verdict.reasons.join('; '))
    made.push({ ...step, held: verdict.held })
  }
}

/** Overload may fail requests; data that contradicts what was accepted is a defect, and ends the search. */
function isDataWrong({ verification, operations }: Run): boolean {
  const failed = Object.values(operations).reduce((sum, operation) => sum + operation.failed, 0)
  return !verification.passed && failed === 0
}

/** @throws SearchError when no search can be made with this experiment */
export function checkSearchable({ objectives, workload, parameterMatrix, faults }: Experiment): void {
  if (Object.keys(objectives.latencyMs).length === 0)
    throw new SearchError(
      'a search needs a latency objective in the experiment, for example objectives: {p99: 200ms, errorRate: 0.1%}',
    )
  if (Object.keys(parameterMatrix).length > 0)
    throw new SearchError('a search varies only the rate; take the parameters out of spec.matrix')
  if (faults.length > 0)
    throw new SearchError('a search looks for what holds without faults; take out spec.faults')
  const { parameters } = findWorkload(workload)
  if (!Object.hasOwn(parameters.properties, 'requests'))
    throw new SearchError(
      `a search needs a workload whose parameter requests says how much is sent; ${workload} has none`,
    )
}

function closedProbe(experiment: Experiment, threads: number): Experiment {
  return withOverrides(experiment, {
    threads: [threads],
    repetitions: 1,
    arrival: { model: 'closed', thinkTimeMs: 0 },
    parameters: { requests: closedPerThread * threads },
  })
}

function openProbe(experiment: Experiment, rate: number, seconds: number, threads: number): Experiment {
  return withOverrides(experiment, {
    threads: [threads],
    repetitions: 1,
    arrival: {
      model: 'open',
      ratePerSecond: rate,
      distribution: experiment.arrival.model === 'open' ? experiment.arrival.distribution : 'poisson',
    },
    parameters: { requests: Math.max(1, Math.round(rate * seconds)) },
  })
}

function describeRun(run: Run): Pick<ReportedProbe, 'okPerSecond' | 'p50Ms' | 'p99Ms' | 'failed'> {
  const { acceptedPerSecond, p50Ms, p99Ms, failed } = summariseRun(run, false)
  return { okPerSecond: acceptedPerSecond, p50Ms, p99Ms, failed }
}
