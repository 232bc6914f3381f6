import type { Lane, LaneGroup } from './lane.ts'

/** The part of a thread group that lives in one worker. */
export interface WorkerGroup extends LaneGroup {
  readonly lanes: readonly Lane[]
  /** Opens the connections and then reports `prepared`; nothing is sent yet. */
  prepare(): void
  /** Sends from `atMs` of `performance.now()` on. */
  start(atMs: number): void
  /** Lets every thread finish its item and take no further one. */
  end(): void
  /** Stops at once; nothing is reported any more. */
  abort(): void
  sums(): GroupSums
}

/** What a group tells its worker. */
export interface GroupReports {
  /** All connections are open, or have failed to open within the time-out. */
  prepared(group: number, connected: number): void
  /** `threads` more threads of the group have done all their work. */
  threadsDone(group: number, threads: number): void
}

/** Times (of `performance.now()`) and sums over the threads of one group in one worker, in milliseconds. */
export interface GroupSums {
  firstStartMs: number
  lastStartMs: number
  firstDoneMs: number
  lastDoneMs: number
  threadMs: number
  requestMs: number
  pausedMs: number
  /** Open model only. */
  scheduled: number
  dropped: number
  /** Closed loop only. */
  waitsForItem: number
}

/** When the threads of a group started and ended. */
export class ThreadTimes {
  #startMs: number[] = []
  #doneMs: number[] = []

  started(nowMs: number): void {
    this.#startMs.push(nowMs)
  }

  done(nowMs: number): void {
    this.#doneMs.push(nowMs)
  }

  get active(): number {
    return this.#startMs.length - this.#doneMs.length
  }

  /** The sums so far; a thread that has not ended counts up to now. */
  sums(lanes: readonly Lane[]): GroupSums {
    const nowMs = performance.now()
    const ends = [...this.#doneMs, ...Array.from({ length: this.active }, () => nowMs)]
    return {
      firstStartMs: Math.min(...this.#startMs),
      lastStartMs: Math.max(...this.#startMs),
      firstDoneMs: Math.min(...ends),
      lastDoneMs: Math.max(...ends),
      threadMs: sum(ends) - sum(this.#startMs),
      requestMs: sum(lanes.map((lane) => lane.requestMs)),
      pausedMs: sum(lanes.map((lane) => lane.pausedMs)),
      scheduled: 0,
      dropped: 0,
      waitsForItem: 0,
    }
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}

/** Connections asked for at the same time; many more would overflow the listen backlog of common servers. */
const connectsAtOnce = 64

/** Opens the connections of a group before its clock starts. */
export class Preparation {
  #waiting: Lane[] = []
  #missing = 0
  #done: () => void = () => {}

  /** Calls `done` when every lane has reported through `prepared`. */
  begin(lanes: readonly Lane[], done: () => void): void {
    this.#missing = lanes.length
    this.#waiting = [...lanes]
    this.#done = done
    for (const lane of this.#waiting.splice(0, connectsAtOnce)) lane.prepare()
    if (this.#missing === 0) done()
  }

  prepared(): void {
    this.#missing--
    this.#waiting.shift()?.prepare()
    if (this.#missing === 0) this.#done()
  }
}
