import type { Objectives } from '../experiment/experiment.ts'
import type { Environment } from '../result/result-schema.ts'

/** A probe as it is reported. */
export interface ReportedProbe {
  /** `closed`: how fast the service is when threads set the pace, to know where to begin. */
  kind: 'closed' | 'search' | 'confirmation'
  /** Items offered per second; null in the closed probe. */
  ratePerSecond: number | null
  okPerSecond: number
  p50Ms: number | null
  p99Ms: number | null
  failed: number
  held: boolean
  reasons: string[]
}

/**
 * `confirmed`: held again in three of three confirmations. `unconfirmed`: found, but the probes ran out.
 * `none`: not even the lowest rate was held. The others say why the search ended early.
 */
export type SearchEnd =
  | 'confirmed'
  | 'unconfirmed'
  | 'none'
  | 'generator-limit'
  | 'wrong-data'
  | 'target-unreachable'
  | 'internal-error'

/** What `search.json` holds. */
export interface SearchOutcome {
  schemaVersion: 1
  experiment: string
  workload: string
  objectives: Objectives
  probeSeconds: number
  connections: number
  environment: Environment
  startedAt: string
  finishedAt: string
  end: SearchEnd
  failure: string | null
  /** The highest rate that was held, items/s; null when none was. */
  ratePerSecond: number | null
  probes: ReportedProbe[]
}

/** Exit codes as those of `chairlift run`: an unconfirmed or missing rate is a missed objective. */
export const searchExitCodes = {
  confirmed: 0,
  unconfirmed: 99,
  none: 99,
  'generator-limit': 98,
  'wrong-data': 96,
  'target-unreachable': 97,
  'internal-error': 1,
} as const satisfies Record<SearchEnd, number>
