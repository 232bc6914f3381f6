import type { Experiment, ParameterValue } from './experiment.ts'

/** What a command line may change of an experiment; what is left out stays as the file has it. */
export interface ExperimentOverrides {
  threads?: readonly number[]
  repetitions?: number
  targetUrl?: string
  seed?: number
  engine?: Experiment['engine']
  order?: Experiment['order']
  arrival?: Experiment['arrival']
  /** Added to the file's parameters, replacing those of the same name. */
  parameters?: Readonly<Record<string, ParameterValue>>
}

/**
 * A copy of the experiment with some values replaced, frozen like the original.
 * @throws RangeError when a value is outside what an experiment file may hold
 */
export function withOverrides(experiment: Experiment, overrides: ExperimentOverrides): Experiment {
  const { threads, repetitions, targetUrl, seed, engine, order, arrival, parameters } = overrides
  if (threads !== undefined) checkThreads(threads)
  if (repetitions !== undefined) checkInteger('repetitions', repetitions, 1, 1000)
  if (seed !== undefined) checkInteger('seed', seed, 0, 4_294_967_295)
  const changed: Experiment = {
    ...experiment,
    ...(threads === undefined ? {} : { threads: Object.freeze([...threads]) }),
    ...(repetitions === undefined ? {} : { repetitions }),
    ...(order === undefined ? {} : { order }),
    ...(arrival === undefined ? {} : { arrival: Object.freeze({ ...arrival }) }),
    ...(targetUrl === undefined ? {} : { target: Object.freeze({ url: parseTarget(targetUrl) }) }),
    ...(seed === undefined ? {} : { seed }),
    ...(engine === undefined ? {} : { engine }),
    ...(parameters === undefined
      ? {}
      : { parameters: Object.freeze({ ...experiment.parameters, ...parameters }) }),
  }
  if ('url' in changed.target && changed.target.url.startsWith('https:') && changed.engine === 'raw')
    throw new RangeError('target: expected http:// with engine raw; choose engine undici for https')
  return Object.freeze(changed)
}

function checkThreads(threads: readonly number[]): void {
  if (threads.length === 0 || new Set(threads).size !== threads.length)
    throw new RangeError(`threads: expected different thread counts, got [${threads.join(', ')}]`)
  for (const count of threads) checkInteger('threads', count, 1, 4096)
}

function checkInteger(name: string, value: number, minimum: number, maximum: number): void {
  if (!Number.isInteger(value) || value < minimum || value > maximum)
    throw new RangeError(`${name}: expected a whole number, ${minimum} to ${maximum}, got ${value}`)
}

function parseTarget(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (
    url === undefined ||
    !['http:', 'https:'].includes(url.protocol) ||
    url.search !== '' ||
    url.hash !== ''
  )
    throw new RangeError(
      `target: expected a base URL such as http://127.0.0.1:8080, got ${JSON.stringify(text)}`,
    )
  return text.replace(/\/+$/, '')
}
