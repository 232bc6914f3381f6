/** Numbers of one attempt in a row, in this order. Strings would cost the worker; they are looked up later. */
export const attemptColumns = 9
const rowsPerBlock = 2_048

export interface AttemptRow {
  /** Milliseconds of `performance.now()`, which all threads of a process share. */
  startMs: number
  operation: number
  latencyMs: number
  /** 0 when there was no complete answer. */
  status: number
  /** Number of the request in the run: item · steps + step. */
  request: number
  /** 1 for the first. */
  attempt: number
  thread: number
  group: number
  /** Why there was no answer: index into the reasons sent along; −1 when there was one. */
  reason: number
}

/** Collects attempts in a worker and hands them on in blocks, so that logging stays out of the request path. */
export class AttemptRows {
  #block = new Float64Array(rowsPerBlock * attemptColumns)
  #used = 0
  #reasons: string[] = []
  #send: (block: Float64Array, reasons: readonly string[]) => void

  constructor(send: (block: Float64Array, reasons: readonly string[]) => void) {
    this.#send = send
  }

  /** Adds a row; `reason` is undefined for an answered attempt. */
  add(row: Omit<AttemptRow, 'reason'>, reason: string | undefined): void {
    const block = this.#block
    let at = this.#used
    block[at++] = row.startMs
    block[at++] = row.operation
    block[at++] = row.latencyMs
    block[at++] = row.status
    block[at++] = row.request
    block[at++] = row.attempt
    block[at++] = row.thread
    block[at++] = row.group
    block[at++] = reason === undefined ? -1 : this.#reasonNumber(reason)
    this.#used = at
    if (at === block.length) this.flush()
  }

  /** Hands on what has been collected. */
  flush(): void {
    if (this.#used === 0) return
    this.#send(this.#block.subarray(0, this.#used), this.#reasons)
    this.#block = new Float64Array(rowsPerBlock * attemptColumns)
    this.#used = 0
  }

  #reasonNumber(reason: string): number {
    const known = this.#reasons.indexOf(reason)
    return known >= 0 ? known : this.#reasons.push(reason) - 1
  }
}
