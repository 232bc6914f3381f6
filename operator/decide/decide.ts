import type { History, Outcome, Policy, Signals } from './types.ts'

/**
 * The whole scaling policy: what the replicas should be, and why. Pure: the same arguments give the same answer,
 * whoever asks (controller, lab, simulator, replay).
 *
 * @param policy from `resolvePolicy`
 * @param history from the last outcome, `emptyHistory()` at the start
 * @param nowMs milliseconds since the epoch, never before that of the last call
 */
export function decide(_policy: Policy, _history: History, _signals: Signals, _nowMs: number): Outcome {
  throw new Error('not written yet')
}
