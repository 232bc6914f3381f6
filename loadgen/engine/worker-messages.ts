import type { SparseHistogram } from '../histogram/sparse-histogram.ts'
import type { OperationCounts } from './load-outcome.ts'
import type { SecondReport } from './recorder.ts'
import type { LoadPlan } from './types.ts'
import type { GroupSums } from './worker-group.ts'

/** What a load worker is given at its creation. */
export interface WorkerStart {
  plan: LoadPlan
  worker: number
  workers: number
  /** One Int32 for each group: items taken from a shared pool. */
  itemCounters: SharedArrayBuffer
}

/** From the main thread to a load worker. Times are `performance.now()`, which all threads share. */
export type WorkerCommand =
  | { type: 'begin'; ledger: SharedArrayBuffer; ledgerFirstItem: number }
  | { type: 'prepare'; group: number }
  | { type: 'start'; group: number; atMs: number; seriesOriginMs: number | undefined }
  /** Threads of the group take no further item. */
  | { type: 'end'; group: number }
  | { type: 'finish' }
  | { type: 'abort' }

/** What a load worker found out, sent once at its end. Operations are by number. */
export interface WorkerResult {
  measured: OperationCounts[]
  unmeasured: OperationCounts[]
  groups: GroupSums[]
  scheduleLag: SparseHistogram
  connectTime: SparseHistogram
  connections: number
  reconnects: number
  gc: { count: number; totalMs: number; longestMs: number }
}

/** From a load worker to the main thread. */
export type WorkerReport =
  | { type: 'ready'; operations: string[]; steps: number }
  | { type: 'prepared'; group: number; connected: number }
  | { type: 'threadsDone'; group: number; threads: number }
  | { type: 'second'; second: SecondReport }
  | { type: 'attempts'; block: Float64Array; reasons: readonly string[] }
  | { type: 'result'; result: WorkerResult }
