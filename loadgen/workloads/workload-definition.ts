import type { TObject } from 'typebox'
import type { LoadOutcome } from '../engine/load-outcome.ts'
import type { ThreadGroup } from '../engine/types.ts'
import type { HttpSection } from '../experiment/http-schema.ts'
import type { Check } from '../result/run-schema.ts'

/** What a workload may use while it prepares and checks a run. */
export interface RunContext {
  /** Base URL of the service. */
  target: string
  threads: number
  seed: number
  /** Different for every run, so that nothing of two runs is taken for the same. */
  runId: string
  /** Checked, with defaults. */
  parameters: Readonly<Record<string, unknown>>
  /** The section `http` of the experiment, for the workload of that name. */
  http?: HttpSection
  /** A line for the user about what takes time before or after the load. */
  log(line: string): void
  signal: AbortSignal
}

export interface Completion {
  accepted: number
  /** Items a reader could see in the end. */
  visible: number
  /** From the last accepted write until all were visible; null if they never were. */
  lagSeconds: number | null
}

/** One run, ready to be sent. */
export interface PreparedRun {
  groups: ThreadGroup[]
  /** File URL of the module that makes the requests inside the workers. */
  module: string
  moduleParameters: Record<string, unknown>
  shared: Record<string, SharedArrayBuffer>
  /** Waits until everything accepted is visible. Absent for workloads that write nothing. */
  complete?(outcome: LoadOutcome): Promise<Completion>
  /** What must be true afterwards, checked against the real service. */
  verify(outcome: LoadOutcome): Promise<Check[]>
}

/** A kind of load on one system: its parameters, its schedule, and what must be true afterwards. */
export interface WorkloadDefinition {
  /** As in an experiment file, e.g. rides/write. */
  name: string
  system: string
  summary: string
  parameters: TObject
  /** Queues whose depth belongs into the result. */
  queues: readonly string[]
  /** Id of the invariant that these are empty at the end; RID-I9 when left out. */
  queueInvariant?: string
  /** @throws TargetUnreachableError when the service does not answer */
  prepare(context: RunContext): Promise<PreparedRun>
}
