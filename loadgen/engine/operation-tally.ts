import type { OperationCounts } from './load-outcome.ts'

/** Counts the requests and attempts of one operation in one worker; plain fields, because it runs per request. */
export class OperationTally {
  ok = 0
  failed = 0
  unsent = 0
  attempts = 0
  /** Index = status; 0 = no answer. */
  #byStatus = new Float64Array(1_000)
  #noAnswer = new Map<string, number>()

  /** One attempt ended; `status` 0 with a reason when it got no complete answer. */
  attemptEnded(status: number, reason: string | undefined): void {
    this.attempts++
    ;(this.#byStatus[status] as number)++
    if (reason !== undefined) this.#noAnswer.set(reason, (this.#noAnswer.get(reason) ?? 0) + 1)
  }

  counts(): OperationCounts {
    const byStatus: Record<string, number> = {}
    for (const [status, attempts] of this.#byStatus.entries()) if (attempts > 0) byStatus[status] = attempts
    const { ok, failed, unsent, attempts } = this
    const count = ok + failed
    const noAnswer = Object.fromEntries(this.#noAnswer)
    return { count, ok, failed, unsent, attempts, retries: attempts - (count - unsent), byStatus, noAnswer }
  }
}

/** Adds the counts of another worker to `into`. */
export function addCounts(into: OperationCounts, from: OperationCounts): void {
  into.count += from.count
  into.ok += from.ok
  into.failed += from.failed
  into.unsent += from.unsent
  into.retries += from.retries
  into.attempts += from.attempts
  addRecord(into.byStatus, from.byStatus)
  addRecord(into.noAnswer, from.noAnswer)
}

/** Counts of nothing. */
export function emptyCounts(): OperationCounts {
  return { count: 0, ok: 0, failed: 0, unsent: 0, retries: 0, attempts: 0, byStatus: {}, noAnswer: {} }
}

function addRecord(into: Record<string, number>, from: Record<string, number>): void {
  for (const [key, count] of Object.entries(from)) into[key] = (into[key] ?? 0) + count
}
