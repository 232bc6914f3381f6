import type { Logger } from '@chairlift/kit/log/logger.ts'
import type { Decision, History, Policy, Signals } from '../decide/types.ts'
import type { QueueScaler } from '../queue-scaler/queue-scaler.ts'

/** A decision with all that it was made from. */
export interface DecisionRecord {
  policy: Policy
  history: History
  signals: Signals
  nowMs: number
  decision: Decision
}

export interface DecisionLog {
  record(scaler: QueueScaler, record: DecisionRecord): void
}

/** Writes decisions to the log. */
export function createDecisionLog(log: Logger): DecisionLog {
  return {
    record({ metadata }, { decision }) {
      log.debug({ namespace: metadata.namespace, name: metadata.name, decision }, 'decided')
    },
  }
}
