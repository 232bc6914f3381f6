import { isDeepStrictEqual } from 'node:util'
import { decide } from '../decide/decide.ts'
import type { Decision, History } from '../decide/types.ts'
import type { DecisionLine } from './decision-log.ts'

/** A decision that came out otherwise. */
export interface Deviation {
  /** Number of the line in the log, from 1. */
  lineNumber: number
  scaler: string
  logged: Decision
  replayed: Decision
}

export interface ReplayReport {
  /** Decisions made again. */
  replayed: number
  /** Decisions before the first known history of their scaler, or after a gap. */
  skipped: number
  /** Lines that are something else. */
  otherLines: number
  scalers: string[]
  deviations: Deviation[]
}

export interface ReplayedDecision {
  lineNumber: number
  line: DecisionLine
  replayed: Decision
}

/**
 * Makes the decisions of a log again, from what they were made from. The same code must come to the same; another
 * version of it shows what it would have done.
 *
 * @param lines of a log, other lines among them
 * @param onDecision called for every decision that was made again
 * @throws Error with the line number for a line that says it is a decision and is none
 */
export async function replayLog(
  lines: AsyncIterable<string>,
  onDecision?: (decision: ReplayedDecision) => void,
): Promise<ReplayReport> {
  const report: ReplayReport = { replayed: 0, skipped: 0, otherLines: 0, scalers: [], deviations: [] }
  const states = new Map<string, { history: History; sequence: number }>()
  let lineNumber = 0
  for await (const text of lines) {
    lineNumber++
    const line = readLine(text, lineNumber)
    if (!line) {
      if (text.trim() !== '') report.otherLines++
      continue
    }
    const state = states.get(line.scaler)
    const history = line.history ?? (state?.sequence === line.sequence - 1 ? state.history : undefined)
    if (!history) {
      report.skipped++
      states.delete(line.scaler)
      continue
    }
    const outcome = decide(line.policy, history, line.signals, line.nowMs)
    // As it went through the log: JSON knows no -0 and no undefined.
    const replayed: Decision = JSON.parse(JSON.stringify(outcome.decision))
    if (!report.scalers.includes(line.scaler)) report.scalers.push(line.scaler)
    states.set(line.scaler, { history: outcome.history, sequence: line.sequence })
    report.replayed++
    onDecision?.({ lineNumber, line, replayed })
    if (!isDeepStrictEqual(replayed, line.decision))
      report.deviations.push({ lineNumber, scaler: line.scaler, logged: line.decision, replayed })
  }
  return report
}

function readLine(text: string, lineNumber: number): DecisionLine | undefined {
  // Kubernetes and docker put a time or a name before the line.
  const start = text.indexOf('{')
  if (start < 0) return undefined
  let value: Partial<DecisionLine>
  try {
    value = JSON.parse(text.slice(start)) as Partial<DecisionLine>
  } catch {
    return undefined
  }
  if (value.msg !== 'decided') return undefined
  const sound =
    typeof value.scaler === 'string' &&
    typeof value.sequence === 'number' &&
    typeof value.nowMs === 'number' &&
    [value.policy, value.signals, value.decision].every((part) => typeof part === 'object' && part !== null)
  if (!sound) throw new Error(`line ${lineNumber} says it is a decision and lacks parts of one`)
  return value as DecisionLine
}
