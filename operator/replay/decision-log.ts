import { isDeepStrictEqual } from 'node:util'
import type { Decision, History, Outcome, Policy, Signals } from '../decide/types.ts'

/**
 * A line of the decision log: all that a decision was made from, and the decision. One JSON object a line, at the level
 * `info` with `msg: "decided"`, so that it can stand among other lines of a log.
 *
 * The history is written only where it cannot be had from the line before: at the start of a process, every
 * {@link checkpointLines} lines (so that a log that was cut off at its beginning is of use), and when it was replaced.
 */
export interface DecisionLine {
  msg: 'decided'
  /** namespace/name of the scaler; in the lab the process's name. */
  scaler: string
  /** Counts the decisions of this scaler in this process, from 1. */
  sequence: number
  nowMs: number
  policy: Policy
  history?: History
  signals: Signals
  decision: Decision
}

/** A line with the whole history comes at least so often. */
export const checkpointLines = 100

/** Makes the lines of one scaler; keeps track of when the history must be written out. */
export class DecisionLog {
  readonly #scaler: string
  #sequence = 0
  #expected: History | undefined

  constructor(scaler: string) {
    this.#scaler = scaler
  }

  /** The line of a decision that was made with these arguments. */
  line(policy: Policy, history: History, signals: Signals, nowMs: number, outcome: Outcome): DecisionLine {
    const sequence = ++this.#sequence
    const known = this.#expected !== undefined && sequence % checkpointLines !== 1
    const follows = known && (history === this.#expected || isDeepStrictEqual(history, this.#expected))
    this.#expected = outcome.history
    return {
      msg: 'decided',
      scaler: this.#scaler,
      sequence,
      nowMs,
      policy,
      ...(!follows && { history }),
      signals,
      decision: outcome.decision,
    }
  }
}
