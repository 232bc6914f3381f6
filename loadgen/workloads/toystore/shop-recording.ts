/** Outcomes of a buy in the recording; numbers from 0 are order numbers. */
export const noBuy = -1
export const refused = -2
export const unknown = -3

/** What workers write down about each item: one query of a toy and perhaps one buy. */
export interface ShopRecording {
  shared: Record<string, SharedArrayBuffer>
  /** Number of the item's toy in the list of toys. */
  toy: Uint16Array
  /** Quantity to buy; 0 for an item that only queries. */
  wanted: Int32Array
  /** Quantity that the query showed; −1 when it failed. */
  seen: Int32Array
  /** Order number, or one of the outcomes above. */
  outcome: Int32Array
  /** Start and end of query and buy (ms, of the machine's monotonic clock). */
  times: Float64Array
  /** Orders that the client read back otherwise than it had placed them, or not at all. */
  mismatches: Int32Array
}

/** Places of an item's moments in `times`. */
export const moments = { queryStart: 0, queryEnd: 1, buyStart: 2, buyEnd: 3, count: 4 }

export function createShopRecording(items: number): ShopRecording {
  const shared = {
    toy: new SharedArrayBuffer(items * Uint16Array.BYTES_PER_ELEMENT),
    wanted: new SharedArrayBuffer(items * Int32Array.BYTES_PER_ELEMENT),
    seen: new SharedArrayBuffer(items * Int32Array.BYTES_PER_ELEMENT),
    outcome: new SharedArrayBuffer(items * Int32Array.BYTES_PER_ELEMENT),
    times: new SharedArrayBuffer(items * moments.count * Float64Array.BYTES_PER_ELEMENT),
    mismatches: new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT),
  }
  const recording = viewShopRecording(shared)
  recording.seen.fill(-1)
  recording.outcome.fill(noBuy)
  return recording
}

/** The recording in shared memory, as a worker sees it. */
export function viewShopRecording(shared: Record<string, SharedArrayBuffer>): ShopRecording {
  const of = (name: string) => shared[name] as SharedArrayBuffer
  return {
    shared,
    toy: new Uint16Array(of('toy')),
    wanted: new Int32Array(of('wanted')),
    seen: new Int32Array(of('seen')),
    outcome: new Int32Array(of('outcome')),
    times: new Float64Array(of('times')),
    mismatches: new Int32Array(of('mismatches')),
  }
}

/** One clock for all worker threads of the machine, unlike performance.now() (ms). */
export function monotonicMs(): number {
  return Number(process.hrtime.bigint() / 1_000n) / 1_000
}
