import type { Histogram } from '../histogram/histogram.ts'
import { ArrivalSchedule } from './arrival-schedule.ts'
import type { ThreadNumbers } from './closed-group.ts'
import { Lane, type LaneContext } from './lane.ts'
import { itemsOf } from './ledger.ts'
import type { OpenArrival, ThreadGroup } from './types.ts'
import {
  type GroupReports,
  type GroupSums,
  Preparation,
  ThreadTimes,
  type WorkerGroup,
} from './worker-group.ts'

/** Wakes a group when arrivals are due. */
export interface Pacer {
  /** Gets ready to start; then calls `done`. */
  prepare(done: () => void): void
  /** Calls `wake` at (or just after) every due time of the schedule that starts at `startMs`. */
  start(startMs: number, wake: () => void): void
  stop(): void
}

/** Which of the group's arrivals belong to this worker: those whose number leaves `worker` modulo `workers`. */
export interface Share {
  worker: number
  workers: number
}

/**
 * The open-loop arrivals of a group in one worker. An arrival is an item; it is issued when the schedule says
 * so, whether or not a connection is free, and its latency counts from that moment (no coordinated omission).
 * Waiting and sent arrivals together never exceed the worker's share of `maxInFlight`: what comes above that
 * is dropped and counted, its requests stay unsent in the ledger.
 */
export class OpenGroup implements WorkerGroup {
  readonly index: number
  readonly measured: boolean
  readonly lanes: readonly Lane[]
  #group: ThreadGroup
  #share: Share
  #maxInFlight: number
  #schedule: ArrivalSchedule
  #pacer: Pacer
  #lag: Histogram
  #context: LaneContext
  #reports: GroupReports
  #times = new ThreadTimes()
  #preparation = new Preparation()
  #startMs = 0
  #arrivals = 0
  #scheduled = 0
  #dropped = 0
  #inFlight = 0
  #free: Lane[] = []
  #queue: { item: number; dueMs: number }[] = []
  #queueHead = 0
  #over = false

  constructor(
    definition: { group: ThreadGroup; index: number; threads: readonly ThreadNumbers[]; share: Share },
    arrivals: { open: OpenArrival; pacer: Pacer; lag: Histogram },
    context: LaneContext,
    reports: GroupReports,
  ) {
    const { group, index, threads, share } = definition
    const { open, pacer, lag } = arrivals
    this.#group = group
    this.index = index
    this.measured = group.measured
    this.#share = share
    this.#maxInFlight = shareOf(open.maxInFlight, share)
    this.#schedule = new ArrivalSchedule(open, index)
    this.#pacer = pacer
    this.#lag = lag
    this.#context = context
    this.#reports = reports
    this.lanes = threads.map(({ inRun }) => new Lane(inRun, this, context))
  }

  prepare(): void {
    this.#pacer.prepare(() => {
      this.#preparation.begin(this.lanes, () => {
        this.#reports.prepared(this.index, this.lanes.filter((lane) => lane.everConnected).length)
      })
    })
  }

  prepared(): void {
    this.#preparation.prepared()
  }

  start(atMs: number): void {
    this.#startMs = atMs
    this.#free = [...this.lanes].reverse()
    for (const _ of this.lanes) this.#times.started(atMs)
    this.#context.recorder.activeThreads += this.lanes.length
    this.#pacer.start(atMs, () => this.#wake())
  }

  itemDone(lane: Lane): void {
    this.#inFlight--
    const next = this.#queue[this.#queueHead]
    if (next === undefined) {
      this.#free.push(lane)
      this.#endWhenDone()
      return
    }
    this.#queueHead++
    // Cut off only now and then: shifting the array for every item would be quadratic in a backlog.
    if (this.#queueHead > 1_024) this.#queue = this.#queue.slice(this.#queueHead)
    if (this.#queueHead > 1_024) this.#queueHead = 0
    lane.begin(next.item, next.dueMs)
  }

  /** An open group ends by its schedule (checkPlan). */
  end(): void {}

  abort(): void {
    this.#over = true
    this.#pacer.stop()
    for (const lane of this.lanes) lane.abort()
  }

  sums(): GroupSums {
    return { ...this.#times.sums(this.lanes), scheduled: this.#scheduled, dropped: this.#dropped }
  }

  /** Issues everything that is due by now. */
  #wake(): void {
    if (this.#over) return
    const nowMs = performance.now()
    const items = itemsOf(this.#group)
    while (this.#arrivals < items && this.#startMs + this.#schedule.nextDueMs <= nowMs) {
      const dueMs = this.#startMs + this.#schedule.take()
      const arrival = this.#arrivals++
      if (arrival % this.#share.workers !== this.#share.worker) continue
      this.#scheduled++
      this.#lag.record((nowMs - dueMs) * 1_000)
      this.#arrive(this.#group.firstItem + arrival, dueMs)
    }
    this.#endWhenDone()
  }

  #arrive(item: number, dueMs: number): void {
    if (this.#inFlight >= this.#maxInFlight) {
      this.#dropped++
      this.#context.recorder.dropped++
      return
    }
    this.#inFlight++
    const lane = this.#free.pop()
    if (lane === undefined) this.#queue.push({ item, dueMs })
    else lane.begin(item, dueMs)
  }

  #endWhenDone(): void {
    if (this.#over || this.#inFlight > 0 || this.#arrivals < itemsOf(this.#group)) return
    this.#over = true
    this.#pacer.stop()
    const nowMs = performance.now()
    for (const lane of this.lanes) {
      lane.connection.close()
      this.#times.done(nowMs)
    }
    this.#context.recorder.activeThreads -= this.lanes.length
    this.#reports.threadsDone(this.index, this.lanes.length)
  }
}

/** This worker's part of a number that is split evenly; the first workers get what is left over. */
function shareOf(total: number, share: Share): number {
  return Math.floor(total / share.workers) + (share.worker < total % share.workers ? 1 : 0)
}
