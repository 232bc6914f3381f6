import { createWriteStream, type WriteStream } from 'node:fs'
import { finished } from 'node:stream/promises'
import { attemptColumns } from './attempt-rows.ts'

const header = 'start_epoch_us,operation,latency_ms,status,request,attempt,thread,group,reason\n'

/** Names for the numbers in attempt rows. */
export interface AttemptNames {
  operations: readonly string[]
  groups: readonly string[]
}

/**
 * The lines of a block of attempt rows as CSV, in the order of their ends within one worker. Start times are
 * whole microseconds since 1970, latencies milliseconds with three digits.
 */
export function attemptLines(block: Float64Array, reasons: readonly string[], names: AttemptNames): string {
  let lines = ''
  for (let at = 0; at < block.length; at += attemptColumns) {
    const [startMs, operation, latencyMs, status, request, attempt, thread, group, reason] = block.subarray(
      at,
      at + attemptColumns,
    ) as unknown as [number, number, number, number, number, number, number, number, number]
    const startUs = Math.round((performance.timeOrigin + startMs) * 1_000)
    const why = reason < 0 ? '' : reasons[reason]
    lines += `${startUs},${names.operations[operation]},${latencyMs.toFixed(3)},${status},${request},${attempt},`
    lines += `${thread},${names.groups[group]},${why}\n`
  }
  return lines
}

/** The CSV file with one line for each attempt of a run, failed ones included. */
export class AttemptLog {
  #stream: WriteStream
  #finished: Promise<void>
  #names: AttemptNames

  /** Creates or overwrites the file; an I/O error is thrown by `close`. */
  constructor(path: string, names: AttemptNames) {
    this.#names = names
    this.#stream = createWriteStream(path)
    this.#finished = finished(this.#stream)
    this.#finished.catch(() => {})
    this.#stream.write(header)
  }

  append(block: Float64Array, reasons: readonly string[]): void {
    this.#stream.write(attemptLines(block, reasons, this.#names))
  }

  /** Resolves when everything is written; rejects with the I/O error otherwise. */
  async close(): Promise<void> {
    this.#stream.end()
    await this.#finished
  }
}
