import { type ItemSupply, noItem } from './item-supply.ts'
import { Lane, type LaneContext } from './lane.ts'
import type { ThreadGroup } from './types.ts'
import {
  type GroupReports,
  type GroupSums,
  Preparation,
  ThreadTimes,
  type WorkerGroup,
} from './worker-group.ts'

/** A thread's number in the run and in its group. */
export interface ThreadNumbers {
  inRun: number
  inGroup: number
}

/** The closed-loop threads of a group in one worker: each sends as soon as its last answer came (C1). */
export class ClosedGroup implements WorkerGroup {
  readonly index: number
  readonly measured: boolean
  readonly lanes: readonly Lane[]
  #group: ThreadGroup
  #numberInGroup = new Map<Lane, number>()
  #supply: ItemSupply
  #context: LaneContext
  #reports: GroupReports
  #times = new ThreadTimes()
  #preparation = new Preparation()
  #timers: NodeJS.Timeout[] = []
  #waitsForItem = 0
  #ending = false

  constructor(
    definition: { group: ThreadGroup; index: number; threads: readonly ThreadNumbers[] },
    supply: ItemSupply,
    context: LaneContext,
    reports: GroupReports,
  ) {
    this.#group = definition.group
    this.index = definition.index
    this.measured = definition.group.measured
    this.#supply = supply
    this.#context = context
    this.#reports = reports
    this.lanes = definition.threads.map(({ inRun, inGroup }) => {
      const lane = new Lane(inRun, this, context)
      this.#numberInGroup.set(lane, inGroup)
      return lane
    })
  }

  /** With a ramp every thread connects at its own start. */
  prepare(): void {
    const lanes = this.#rampMs > 0 ? [] : this.lanes
    this.#preparation.begin(lanes, () => {
      const connected = this.lanes.filter((lane) => lane.everConnected).length
      this.#reports.prepared(this.index, this.#rampMs > 0 ? this.lanes.length : connected)
    })
  }

  prepared(): void {
    this.#preparation.prepared()
  }

  /** A ramp spreads the starts evenly: thread k of n starts after k/n of it (0 … 9.92 s of 10 s for 128). */
  start(atMs: number): void {
    for (const lane of this.lanes) {
      const share = (this.#numberInGroup.get(lane) as number) / this.#group.threads
      const delayMs = atMs + this.#rampMs * share - performance.now()
      if (delayMs <= 0) this.#startThread(lane)
      else this.#timers.push(setTimeout(() => this.#startThread(lane), delayMs))
    }
  }

  itemDone(lane: Lane): void {
    // Whatever happens between an answer and the next item must happen in the same turn: a thread that comes
    // here in a later one has waited for its item (RID-I8).
    if (lane.freeTurn !== this.#context.turn) this.#waitsForItem++
    this.#next(lane, this.#group.thinkTimeMs ?? 0)
  }

  #next(lane: Lane, thinkTimeMs: number): void {
    const thread = this.#numberInGroup.get(lane) as number
    let item = this.#ending ? noItem : this.#supply.take(thread)
    while (item !== noItem && !lane.hasWork(item)) item = this.#supply.take(thread)
    if (item !== noItem) {
      if (thinkTimeMs === 0) lane.begin(item, -1)
      else lane.rest(thinkTimeMs, () => lane.begin(item, -1))
      return
    }
    lane.connection.close()
    this.#times.done(performance.now())
    this.#context.recorder.activeThreads--
    this.#reports.threadsDone(this.index, 1)
  }

  end(): void {
    this.#ending = true
  }

  abort(): void {
    for (const timer of this.#timers) clearTimeout(timer)
    for (const lane of this.lanes) lane.abort()
  }

  sums(): GroupSums {
    return { ...this.#times.sums(this.lanes), waitsForItem: this.#waitsForItem }
  }

  get #rampMs(): number {
    return this.#group.start.rampMs ?? 0
  }

  #startThread(lane: Lane): void {
    this.#times.started(performance.now())
    this.#context.recorder.activeThreads++
    this.#next(lane, 0)
  }
}
