import type { AdmissionGate } from './admission-gate.ts'
import type { AttemptRows } from './attempt-rows.ts'
import type { Answer, Connection, ConnectionOwner } from './connection.ts'
import { Dialer, type DialerContext } from './dialer.ts'
import type { Ledger } from './ledger.ts'
import type { Recorder } from './recorder.ts'
import { noRetry, retryDelayMs } from './retry-decision.ts'
import { ledgerHadAmbiguousAttempt, outcome, type RetryPolicy, type Workload } from './types.ts'

/** What the lanes of a worker share. */
export interface LaneContext extends DialerContext {
  workload: Workload
  retry: RetryPolicy
  requestTimeoutMs: number
  recorder: Recorder
  ledger: Ledger
  gate: AdmissionGate | undefined
  attemptRows: AttemptRows | undefined
  random: () => number
  /** A connection of the plan's engine, not yet open. */
  connect(owner: ConnectionOwner): Connection
  /** Number of the current callback into the core; see `ClosedGroup`. */
  turn: number
}

/** The group a lane works for. */
export interface LaneGroup {
  readonly index: number
  readonly measured: boolean
  /** The connection asked for by `prepare` is open, or could not be opened. */
  prepared(lane: Lane): void
  /** The lane is free; all steps of its item have their outcome. */
  itemDone(lane: Lane): void
}

const phase = { idle: 0, connecting: 1, inFlight: 2, waiting: 3 } as const
const never = -1

/**
 * One keep-alive connection and the request on it, from the first attempt to the final outcome. A closed-loop
 * thread is a lane that takes its next item as soon as it is free; an open model hands items to free lanes.
 * No I/O error ends a lane (RID-D11).
 */
export class Lane implements ConnectionOwner {
  readonly thread: number
  readonly connection: Connection
  waitingSinceMs = 0
  /** Time the plan made this lane wait: limiter, back-off, connecting. */
  pausedMs = 0
  /** Σ latency of all attempts, from their sending. */
  requestMs = 0
  /** The turn in which the lane became free. */
  freeTurn = 0
  #context: LaneContext
  #group: LaneGroup
  #phase: number = phase.idle
  #item = 0
  #step = 0
  #operation = 0
  #attempt = 0
  #busy = false
  #ambiguous = false
  #intendedMs = never
  #sentMs = 0
  #pauseStartMs = never
  #answerDeadlineMs = Infinity
  #dialer: Dialer
  #timer: NodeJS.Timeout | undefined

  constructor(thread: number, group: LaneGroup, context: LaneContext) {
    this.thread = thread
    this.#group = group
    this.#context = context
    this.connection = context.connect(this)
    this.#dialer = new Dialer(this.connection, context, (connected) => this.#dialled(connected))
  }

  /** When the current wait for an answer or a connection has lasted too long; looked at by a sweep. */
  get deadlineMs(): number {
    return this.#phase === phase.connecting ? this.#dialer.deadlineMs : this.#answerDeadlineMs
  }

  /** A connection could be opened at least once. */
  get everConnected(): boolean {
    return this.#dialer.everConnected
  }

  /** Opens the connection before there is anything to send; ends in `group.prepared`. */
  prepare(): void {
    this.#connect()
  }

  /**
   * Sends all steps of an item. `intendedMs` is when the first should have been sent by the schedule of an
   * open model, which then is what its latency counts from; −1 in a closed loop.
   */
  begin(item: number, intendedMs: number): void {
    this.#item = item
    this.#step = this.#nextStep(item, 0)
    this.#intendedMs = intendedMs
    if (this.#step < this.#context.workload.steps) this.#beginRequest()
    else this.#group.itemDone(this)
  }

  /** Whether there is a step of this item to send. */
  hasWork(item: number): boolean {
    return this.#nextStep(item, 0) < this.#context.workload.steps
  }

  /** Waits between two items, as the plan wants it; then calls `then`, unless aborted before. */
  rest(durationMs: number, then: () => void): void {
    this.#later(durationMs, () => {
      this.#phase = phase.idle
      this.#endPause(performance.now())
      then()
    })
  }

  admitted(): void {
    this.#transmit()
  }

  /** Ends the lane at once. A request in flight may have had its effect and is entered as ambiguous. */
  abort(): void {
    clearTimeout(this.#timer)
    this.#dialer.cancel()
    this.connection.close()
    if (!this.#busy) return
    const nowMs = performance.now()
    if (this.#phase === phase.inFlight) this.#attemptEnded(0, 'aborted', false, nowMs)
    this.#busy = false
    if (this.#attempt > 0) this.#enter(this.#ambiguous ? outcome.ambiguous : outcome.rejected)
  }

  /** The sweep found `deadlineMs` passed. */
  deadlinePassed(nowMs: number): void {
    this.connection.close()
    if (this.#phase === phase.connecting) this.#dialer.failed()
    else this.#unanswered('timeout', nowMs)
  }

  opened(): void {
    this.#dialer.opened()
  }

  openFailed(): void {
    this.#dialer.failed()
  }

  answered(answer: Answer): void {
    const { workload } = this.#context
    const nowMs = performance.now()
    const { status } = answer
    const ok = (status >= 200 && status < 300) || workload.accepts?.(this.#step, status, this.#item) === true
    this.#attemptEnded(status, undefined, ok, nowMs)
    if (ok) this.#finish(outcome.ok, status, answer.body)
    else this.#retryOrGiveUp(status, answer.retryAfter, answer.body)
  }

  broke(reason: string): void {
    this.#unanswered(reason, performance.now())
  }

  #beginRequest(): void {
    this.#busy = true
    this.#ambiguous = false
    this.#attempt = 0
    this.#operation = this.#context.workload.operation(this.#step, this.#item)
    const { gate } = this.#context
    if (gate !== undefined && !gate.enter(this)) this.#pause(phase.waiting)
    else this.#transmit()
  }

  /** The first step from `step` on that the item does not skip. */
  #nextStep(item: number, step: number): number {
    const { workload } = this.#context
    let next = step
    while (next < workload.steps && workload.skips?.(item, next)) next++
    return next
  }

  #transmit(): void {
    const { connection } = this
    if (!connection.usable) {
      this.#connect()
      return
    }
    const { workload, recorder, requestTimeoutMs } = this.#context
    const request = workload.request(this.#item, this.#step, this.thread)
    const wantsBody = workload.wantsBody?.(this.#step, this.#item) ?? false
    this.#attempt++
    this.#phase = phase.inFlight
    recorder.inFlight++
    const nowMs = performance.now()
    if (this.#pauseStartMs !== never) this.#endPause(nowMs)
    this.#sentMs = nowMs
    this.#answerDeadlineMs = nowMs + requestTimeoutMs
    connection.send(request, wantsBody)
  }

  #unanswered(reason: string, nowMs: number): void {
    this.#attemptEnded(0, reason, false, nowMs)
    this.#retryOrGiveUp(0, undefined, undefined)
  }

  #attemptEnded(status: number, reason: string | undefined, ok: boolean, nowMs: number): void {
    const { recorder, attemptRows, ledger } = this.#context
    const { measured } = this.#group
    const fromMs = this.#intendedMs === never || this.#attempt > 1 ? this.#sentMs : this.#intendedMs
    this.#phase = phase.idle
    this.#answerDeadlineMs = Infinity
    recorder.inFlight--
    this.requestMs += nowMs - this.#sentMs
    if (status === 0 || status >= 500) this.#ambiguous ||= !ok
    const tallies = measured ? recorder.measured : recorder.unmeasured
    tallies[this.#operation]?.attemptEnded(status, reason)
    if (measured) recorder.latency(this.#operation, ok, nowMs - fromMs, nowMs)
    attemptRows?.add(
      {
        startMs: fromMs,
        operation: this.#operation,
        latencyMs: nowMs - fromMs,
        status,
        request: this.#item * ledger.steps + this.#step,
        attempt: this.#attempt,
        thread: this.thread,
        group: this.#group.index,
      },
      reason,
    )
  }

  #retryOrGiveUp(status: number, retryAfter: string | undefined, body: Buffer | undefined): void {
    const { retry, random } = this.#context
    const delayMs = retryDelayMs(retry, { status, attempt: this.#attempt, retryAfter }, random)
    if (delayMs === noRetry) {
      this.#finish(status === 0 || status >= 500 ? outcome.ambiguous : outcome.rejected, status, body)
    } else if (delayMs === 0) this.#transmit()
    else this.#later(delayMs, () => this.#transmit())
  }

  #finish(result: number, status: number, body: Buffer | undefined): void {
    const { workload, gate } = this.#context
    this.#busy = false
    this.#phase = phase.idle
    this.freeTurn = this.#context.turn
    this.#enter(result)
    workload.received?.(this.#item, this.#step, this.thread, status, body)
    gate?.completed()
    this.#intendedMs = never
    this.#step = this.#nextStep(this.#item, this.#step + 1)
    if (this.#step < workload.steps) this.#beginRequest()
    else this.#group.itemDone(this)
    this.#context.turn++
  }

  /** Enters the final outcome into ledger and counts. */
  #enter(result: number): void {
    const { ledger, recorder } = this.#context
    const ok = result === outcome.ok
    ledger.write(this.#item, this.#step, result | (this.#ambiguous ? ledgerHadAmbiguousAttempt : 0))
    const tallies = this.#group.measured ? recorder.measured : recorder.unmeasured
    const tally = tallies[this.#operation]
    if (tally === undefined) return
    if (ok) tally.ok++
    else tally.failed++
    if (this.#attempt === 0) tally.unsent++
    if (this.#group.measured) recorder.completed(this.#operation, ok)
  }

  /** The dialler is done, with or without success. */
  #dialled(connected: boolean): void {
    this.#phase = phase.idle
    if (!this.#busy) {
      this.#pauseStartMs = never
      this.#group.prepared(this)
    } else if (connected) this.#transmit()
    else {
      this.#endPause(performance.now())
      const afterAttempts = this.#ambiguous ? outcome.ambiguous : outcome.rejected
      this.#finish(this.#attempt === 0 ? outcome.unsent : afterAttempts, 0, undefined)
    }
  }

  #connect(): void {
    this.#pause(phase.connecting)
    this.#dialer.dial()
  }

  #later(delayMs: number, action: () => void): void {
    this.#pause(phase.waiting)
    this.#timer = setTimeout(action, delayMs)
  }

  #pause(next: number): void {
    this.#phase = next
    if (this.#pauseStartMs === never) this.#pauseStartMs = performance.now()
  }

  #endPause(nowMs: number): void {
    this.pausedMs += nowMs - this.#pauseStartMs
    this.#pauseStartMs = never
  }
}
