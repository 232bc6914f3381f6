import { AttemptLog } from './attempt-log.ts'
import { GroupStarts } from './group-starts.ts'
import { createLedger, type Ledger } from './ledger.ts'
import type { SecondSample } from './load-outcome.ts'
import { SecondMerger } from './second-merger.ts'
import type { LoadPlan } from './types.ts'
import type { WorkerReport, WorkerResult } from './worker-messages.ts'
import { WorkerTeam } from './worker-team.ts'

/** None of the connections a run begins with could be opened. */
export class TargetUnreachableError extends Error {
  override name = 'TargetUnreachableError'
}

/** What a run leaves behind, before it is summarised. */
export interface LoadRunEnd {
  results: WorkerResult[]
  operations: readonly string[]
  merger: SecondMerger
  ledger: Ledger
  /** Start of the first measured group in `performance.now()` milliseconds. */
  originMs: number
  aborted: boolean
  residentBytesMax: number
}

/** Connections of a group that starts by the clock are opened this long before. */
const prepareLeadMs = 500

/** Conducts the workers of one run: who prepares when, who starts when, and when all is over. */
export class LoadRun {
  readonly outcome: Promise<LoadRunEnd>
  #plan: LoadPlan
  #team: WorkerTeam
  #starts: GroupStarts
  #onSecond: (sample: SecondSample) => void
  #ended = Promise.withResolvers<void>()
  #merger: SecondMerger | undefined
  #ledger: Ledger | undefined
  #log: AttemptLog | undefined
  #operations: readonly string[] = []
  #results: WorkerResult[] = []
  #ready = 0
  /** By group: workers that still prepare it, connections opened, and when it is due. */
  #preparing: number[]
  #connected: number[]
  #dueMs: number[]
  #runStartMs: number | undefined
  #originMs: number | undefined
  #timers: NodeJS.Timeout[] = []
  #aborted = false
  #residentBytesMax = 0

  constructor(plan: LoadPlan, onSecond: (sample: SecondSample) => void, signal: AbortSignal | undefined) {
    this.#plan = plan
    this.#onSecond = (sample) => {
      try {
        onSecond(sample)
      } catch (error) {
        // A hook that throws ends the run; thrown on it would end the process.
        this.#ended.reject(error)
      }
    }
    this.#starts = new GroupStarts(plan.groups)
    const threads = plan.groups.reduce((sum, group) => sum + group.threads, 0)
    // The state of a limiter is shared by all threads, so they have to share a worker.
    const size = plan.limiter === undefined ? Math.min(plan.workers, threads) : 1
    this.#preparing = plan.groups.map(() => size)
    this.#connected = plan.groups.map(() => 0)
    this.#dueMs = plan.groups.map(() => 0)
    this.#team = new WorkerTeam(plan, size, {
      report: (_worker, report) => this.#report(report),
      failed: (reason) => this.#ended.reject(reason),
    })
    const abort = () => this.#abort(signal?.reason)
    signal?.addEventListener('abort', abort, { once: true })
    this.outcome = this.#untilEnd().finally(() => signal?.removeEventListener('abort', abort))
  }

  async #untilEnd(): Promise<LoadRunEnd> {
    await using _team = this.#team
    try {
      await this.#ended.promise
    } finally {
      for (const timer of this.#timers) clearTimeout(timer)
      this.#team.dismiss()
      await this.#log?.close()
    }
    this.#merger?.finish()
    return {
      results: this.#results,
      operations: this.#operations,
      merger: this.#merger as SecondMerger,
      ledger: this.#ledger as Ledger,
      originMs: this.#originMs ?? performance.now(),
      aborted: this.#aborted,
      residentBytesMax: this.#residentBytesMax,
    }
  }

  #report(report: WorkerReport): void {
    switch (report.type) {
      case 'ready':
        this.#ready++
        if (this.#ready === this.#team.size) this.#begin(report.operations, report.steps)
        break
      case 'prepared':
        this.#prepared(report.group, report.connected)
        break
      case 'threadsDone':
        for (const group of this.#starts.threadsDone(report.group, report.threads)) this.#prepareLater(group)
        for (const group of this.#starts.toBeEnded()) this.#team.broadcast({ type: 'end', group })
        if (this.#starts.allDone) this.#team.broadcast({ type: 'finish' })
        break
      case 'second':
        this.#residentBytesMax = Math.max(this.#residentBytesMax, process.memoryUsage.rss())
        this.#merger?.add(report.second)
        break
      case 'attempts':
        this.#log?.append(report.block, report.reasons)
        break
      case 'result':
        this.#results.push(report.result)
        if (this.#results.length === this.#team.size) this.#ended.resolve()
        break
    }
  }

  /** All workers know their workload: gives them the ledger and prepares the groups that start at once. */
  #begin(operations: readonly string[], steps: number): void {
    const { groups, csvPath } = this.#plan
    this.#operations = operations
    this.#merger = new SecondMerger(operations, this.#team.size, this.#onSecond)
    this.#ledger = createLedger(groups, steps)
    if (csvPath !== undefined) {
      this.#log = new AttemptLog(csvPath, { operations, groups: groups.map(({ name }) => name) })
    }
    const { bytes, firstItem } = this.#ledger
    this.#team.broadcast({ type: 'begin', ledger: bytes, ledgerFirstItem: firstItem })
    const atOnce = this.#atOnce()
    for (const group of atOnce) this.#prepare(group, 0)
    if (atOnce.length === 0) this.#startClock()
  }

  #atOnce(): number[] {
    return this.#starts.byClock().flatMap(({ group, delayMs }) => (delayMs === 0 ? [group] : []))
  }

  #prepare(group: number, dueMs: number): void {
    this.#dueMs[group] = dueMs
    this.#team.broadcast({ type: 'prepare', group })
  }

  /** A group whose turn comes now, or some time after now. */
  #prepareLater(group: number): void {
    const delayMs = this.#starts.delayAfterDone(group)
    const dueMs = performance.now() + delayMs
    if (delayMs <= prepareLeadMs) this.#prepare(group, dueMs)
    else this.#timers.push(setTimeout(() => this.#prepare(group, dueMs), delayMs - prepareLeadMs))
  }

  #prepared(group: number, connected: number): void {
    this.#connected[group] = (this.#connected[group] as number) + connected
    this.#preparing[group] = (this.#preparing[group] as number) - 1
    if (this.#preparing[group] !== 0) return
    if (this.#runStartMs !== undefined) this.#start(group)
    else if (this.#atOnce().every((first) => this.#preparing[first] === 0)) this.#startFirst()
  }

  #startFirst(): void {
    const first = this.#atOnce()
    if (first.every((group) => this.#connected[group] === 0)) {
      const { target, connectTimeoutMs } = this.#plan
      const message = `no connection to ${target} could be opened within ${connectTimeoutMs} ms`
      this.#ended.reject(new TargetUnreachableError(message))
      return
    }
    this.#startClock()
    for (const group of first) this.#start(group)
  }

  /** The moment all delays count from. */
  #startClock(): void {
    const runStartMs = performance.now()
    this.#runStartMs = runStartMs
    for (const { group, delayMs } of this.#starts.byClock()) {
      this.#dueMs[group] = runStartMs + delayMs
      if (delayMs === 0) continue
      const prepare = () => this.#prepare(group, runStartMs + delayMs)
      this.#timers.push(setTimeout(prepare, Math.max(0, delayMs - prepareLeadMs)))
    }
  }

  #start(group: number): void {
    const atMs = Math.max(this.#dueMs[group] as number, performance.now())
    if (this.#plan.groups[group]?.measured) this.#originMs ??= atMs
    this.#team.broadcast({ type: 'start', group, atMs, seriesOriginMs: this.#originMs })
  }

  #abort(reason: unknown): void {
    this.#aborted = true
    if (this.#ready < this.#team.size) this.#ended.reject(reason)
    else this.#team.broadcast({ type: 'abort' })
  }
}
