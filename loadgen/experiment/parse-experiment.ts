import { Ajv2020 } from 'ajv/dist/2020.js'
import type { Limiter } from '../engine/types.ts'
import { checkCombinations } from './check-combinations.ts'
import { describeProblems } from './describe-problems.ts'
import { type Experiment, type Fault, latencyObjectives, type Objectives } from './experiment.ts'
import { ExperimentFileError } from './experiment-file-error.ts'
import { type ExperimentFile, experimentSchema } from './experiment-schema.ts'
import { parseDuration, parseFraction } from './quantities.ts'
import { readYaml } from './read-yaml.ts'

// allErrors: the reader of a wrong file wants to mend it once; the size of a file is bounded before this runs.
const validate = new Ajv2020({ allErrors: true, verbose: true }).compile<ExperimentFile>(experimentSchema)

/**
 * Reads an experiment file (YAML, or JSON, which is YAML).
 *
 * @param fileName only for messages
 * @returns the experiment with defaults (1 repetition, shuffled when there are several, 1 pod, closed model, raw engine, at most 5 retries of every
 *   4xx and 5xx, seed 1), durations in ms and rates as fractions; frozen to all depths
 * @throws ExperimentFileError with every problem as `file:line:column: path: what was expected, got …`
 */
export function parseExperiment(text: string, fileName: string): Experiment {
  const { value, locate } = readYaml(text, fileName)
  const isValid = validate(value)
  const problems = describeProblems(validate.errors ?? [], locate)
  for (const { path, part, message } of checkCombinations(value as ExperimentFile)) {
    const shown = path.join('.')
    if (!problems.some((problem) => problem.path === shown))
      problems.push({ ...locate(path, part), path: shown, message })
  }
  if (!isValid || problems.length > 0) throw new ExperimentFileError(fileName, problems)
  return deepFreeze(toExperiment(value))
}

function toExperiment({ metadata, spec }: ExperimentFile): Experiment {
  const { target } = spec
  return {
    name: metadata.name,
    workload: spec.workload,
    target: target.url === undefined ? { service: target.service ?? '' } : { url: target.url },
    threads: [...spec.matrix.threads],
    parameterMatrix: { ...spec.matrix.parameters },
    repetitions: spec.repetitions ?? 1,
    // A single sweep goes from few threads to many, so that one can watch it; only repetitions can be interleaved.
    order: spec.order ?? ((spec.repetitions ?? 1) > 1 ? 'shuffled' : 'listed'),
    parameters: { ...spec.parameters },
    ...(spec.http === undefined ? {} : { http: spec.http }),
    seed: spec.seed ?? 1,
    pods: spec.pods ?? 1,
    arrival:
      spec.model === 'open' && spec.rate !== undefined
        ? { model: 'open', ratePerSecond: spec.rate, distribution: spec.arrivals ?? 'poisson' }
        : { model: 'closed', thinkTimeMs: spec.thinkTime === undefined ? 0 : parseDuration(spec.thinkTime) },
    engine: spec.engine ?? 'raw',
    ...(spec.limiter === undefined ? {} : { limiter: toLimiter(spec.limiter) }),
    retry: { limit: spec.retry?.limit ?? 5, mode: spec.retry?.mode ?? 'all' },
    objectives: toObjectives(spec.objectives ?? {}),
    faults: toFaults(spec.faults ?? []),
  }
}

function toFaults(faults: NonNullable<ExperimentFile['spec']['faults']>): Fault[] {
  return faults
    .map(({ at, kill: { system = '', process = '', replica, server }, for: away = '0s' }) => ({
      atMs: parseDuration(at),
      kill:
        server === undefined ? { system, process, ...(replica !== undefined && { replica }) } : { server },
      forMs: parseDuration(away),
    }))
    .sort((left, right) => left.atMs - right.atMs)
}

function toLimiter({ breaker, tokenBucket }: NonNullable<ExperimentFile['spec']['limiter']>): Limiter {
  if (breaker !== undefined) return { kind: 'breaker', ...breaker }
  if (tokenBucket !== undefined) return { kind: 'token-bucket', ...tokenBucket }
  throw new TypeError('the schema admits no limiter without a kind')
}

function toObjectives(file: NonNullable<ExperimentFile['spec']['objectives']>): Objectives {
  const latencyMs = Object.fromEntries(
    latencyObjectives.flatMap((name) => {
      const limit = file[name]
      return limit === undefined ? [] : [[name, parseDuration(limit)]]
    }),
  )
  return {
    latencyMs,
    ...(file.errorRate === undefined ? {} : { errorRate: parseFraction(file.errorRate) }),
    ...(file.maxQueueDepth === undefined ? {} : { maxQueueDepth: file.maxQueueDepth }),
    ...(file.completionLag === undefined ? {} : { completionLagMs: parseDuration(file.completionLag) }),
    ...(file.minThroughput === undefined ? {} : { minThroughputPerSecond: file.minThroughput }),
  }
}

function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value
  for (const child of Object.values(value)) deepFreeze(child)
  return Object.freeze(value)
}
