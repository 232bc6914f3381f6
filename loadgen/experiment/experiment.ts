import type { Limiter, RetryPolicy } from '../engine/types.ts'
import type { HttpSection } from './http-schema.ts'

/** Latency statistics an objective can limit. */
export const latencyObjectives = ['mean', 'p50', 'p90', 'p95', 'p99', 'p999', 'max'] as const
export type LatencyObjective = (typeof latencyObjectives)[number]

/** The limits a run must keep; what is left out is not judged. */
export interface Objectives {
  /** Highest latency in ms, by statistic. */
  readonly latencyMs: Readonly<Partial<Record<LatencyObjective, number>>>
  /** Highest share of failed requests, 0–1. */
  readonly errorRate?: number
  /** Highest queue depth in messages. */
  readonly maxQueueDepth?: number
  /** Longest time from the last accepted write until everything accepted is visible. */
  readonly completionLagMs?: number
  /** Fewest successful requests per second. */
  readonly minThroughputPerSecond?: number
}

export type ParameterValue = string | number | boolean

/** A thread waits for its answer, then `thinkTimeMs` before its next item. */
export interface ClosedArrival {
  readonly model: 'closed'
  readonly thinkTimeMs: number
}

/** Items come by the clock. */
export interface OpenArrival {
  readonly model: 'open'
  readonly ratePerSecond: number
  readonly distribution: 'poisson' | 'constant'
}

/** Something that is killed while a run is under way, and comes back. */
export interface Fault {
  /** From the start of the measured part. */
  readonly atMs: number
  readonly kill:
    | { readonly system: string; readonly process: string; readonly replica?: number }
    | { readonly server: 'rabbitmq' | 'postgres' | 'redis' }
  /** How long a server stays away; a process is started again at once. */
  readonly forMs: number
}

/** An experiment with defaults filled in, durations in ms and rates as fractions. Frozen, to all depths. */
export interface Experiment {
  readonly name: string
  readonly workload: string
  readonly target: { readonly service: string } | { readonly url: string }
  /** One run for each thread count and repetition. */
  readonly threads: readonly number[]
  /** Values of parameters that are varied; every combination with every thread count is run. */
  readonly parameterMatrix: Readonly<Record<string, readonly ParameterValue[]>>
  readonly repetitions: number
  /** `shuffled`: the combinations of each repetition in an order of their own, made from the seed. */
  readonly order: 'shuffled' | 'listed'
  /** Not checked here: each workload validates its own. */
  readonly parameters: Readonly<Record<string, ParameterValue>>
  /** What the workload `http` sends. */
  readonly http?: HttpSection
  readonly seed: number
  readonly pods: number
  readonly arrival: ClosedArrival | OpenArrival
  readonly engine: 'raw' | 'undici'
  readonly limiter?: Readonly<Limiter>
  readonly retry: Readonly<RetryPolicy>
  readonly objectives: Objectives
  /** In the order of their times. */
  readonly faults: readonly Fault[]
}
