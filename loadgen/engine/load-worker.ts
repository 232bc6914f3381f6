import { parentPort, workerData } from 'node:worker_threads'
import { Histogram } from '../histogram/histogram.ts'
import { encodeHistogram } from '../histogram/sparse-histogram.ts'
import { AdmissionGate, createPolicy, gateClock } from './admission-gate.ts'
import { AttemptRows } from './attempt-rows.ts'
import { ClosedGroup } from './closed-group.ts'
import { createItemSupply } from './item-supply.ts'
import type { LaneContext } from './lane.ts'
import { itemsOf, Ledger } from './ledger.ts'
import { OpenGroup } from './open-group.ts'
import { RawConnection, rawTarget } from './raw-connection.ts'
import { Recorder } from './recorder.ts'
import { threadsOfWorker } from './thread-numbering.ts'
import { ThreadPacer } from './thread-pacer.ts'
import type { CreateWorkload, LoadPlan } from './types.ts'
import type { GroupReports, WorkerGroup } from './worker-group.ts'
import type { WorkerCommand, WorkerReport, WorkerStart } from './worker-messages.ts'
import { observeGc, utilizationMeter } from './worker-vitals.ts'

/* One worker thread of a run: builds its share of the groups and obeys the main thread. */

const port = parentPort
if (port === null) throw new Error('load-worker.ts runs as a worker thread only')
const { plan, worker, workers, itemCounters } = workerData as WorkerStart
const send = (report: WorkerReport, transfer: ArrayBuffer[] = []) => port.postMessage(report, transfer)

const { module, parameters, shared = {} } = plan.workload
const { default: createWorkload } = (await import(module)) as { default: CreateWorkload }
const workload = createWorkload({ parameters, shared })

const connect = await connectionFactory(plan)
const gc = observeGc()
const connectTime = new Histogram()
const scheduleLag = new Histogram()
let connections = 0
let reconnects = 0
const recorder = new Recorder(workload.operations.length, utilizationMeter(), (second) =>
  send({ type: 'second', second }),
)
const attemptRows =
  plan.csvPath === undefined
    ? undefined
    : new AttemptRows((block, reasons) =>
        send({ type: 'attempts', block, reasons }, [block.buffer as ArrayBuffer]),
      )

port.once('message', (command: WorkerCommand) => {
  if (command.type !== 'begin') throw new Error(`'begin' was expected, got '${command.type}'`)
  run(new Ledger(command.ledger, command.ledgerFirstItem, workload.steps))
})
send({ type: 'ready', operations: [...workload.operations], steps: workload.steps })

function run(ledger: Ledger): void {
  const { limiter } = plan
  const context: LaneContext = {
    workload,
    retry: plan.retry,
    requestTimeoutMs: plan.requestTimeoutMs,
    connectTimeoutMs: plan.connectTimeoutMs,
    recorder,
    ledger,
    gate: limiter && new AdmissionGate(createPolicy(limiter, performance.now()), gateClock),
    attemptRows,
    random: Math.random,
    connect,
    connected: (tookMs, again) => {
      connections++
      if (again) reconnects++
      connectTime.record(tookMs * 1_000)
    },
    turn: 0,
  }
  const groups = plan.groups.map((_, index) => createGroup(index, context))
  const secondTimer = setInterval(() => recorder.finishSeconds(performance.now()), 100)
  const sweep = setInterval(() => sweepDeadlines(groups), sweepIntervalMs(plan))
  const finish = () => {
    clearInterval(secondTimer)
    clearInterval(sweep)
    context.gate?.close()
    attemptRows?.flush()
    recorder.finish(performance.now())
    send({
      type: 'result',
      result: {
        measured: recorder.measured.map((tally) => tally.counts()),
        unmeasured: recorder.unmeasured.map((tally) => tally.counts()),
        groups: groups.map((group) => group.sums()),
        scheduleLag: encodeHistogram(scheduleLag),
        connectTime: encodeHistogram(connectTime),
        connections,
        reconnects,
        gc: gc.sums(),
      },
    })
  }
  port?.on('message', (command: WorkerCommand) => {
    if (command.type === 'prepare') groups[command.group]?.prepare()
    else if (command.type === 'start') {
      if (command.seriesOriginMs !== undefined) recorder.beginSeries(command.seriesOriginMs)
      groups[command.group]?.start(command.atMs)
    } else if (command.type === 'end') groups[command.group]?.end()
    else {
      if (command.type === 'abort') for (const group of groups) group.abort()
      finish()
    }
  })
}

function createGroup(index: number, context: LaneContext): WorkerGroup {
  const group = plan.groups[index] as LoadPlan['groups'][number]
  const threads = threadsOfWorker(plan.groups, index, worker, workers)
  const reports: GroupReports = {
    prepared: (of, connected) => send({ type: 'prepared', group: of, connected }),
    threadsDone: (of, done) => send({ type: 'threadsDone', group: of, threads: done }),
  }
  const { open } = group
  if (open === undefined) {
    const supply = createItemSupply(group, new Int32Array(itemCounters, index * 4, 1))
    return new ClosedGroup({ group, index, threads }, supply, context, reports)
  }
  const pacer = new ThreadPacer({ open, seed: index, arrivals: itemsOf(group) }, (error) => {
    throw error
  })
  const definition = { group, index, threads, share: { worker, workers } }
  return new OpenGroup(definition, { open, pacer, lag: scheduleLag }, context, reports)
}

async function connectionFactory({ engine, target }: LoadPlan): Promise<LaneContext['connect']> {
  if (engine === 'undici') {
    // Loaded on demand: it would cost the raw engine ten megabytes.
    const { UndiciConnection } = await import('./undici-connection.ts')
    return (owner) => new UndiciConnection(target, owner)
  }
  const raw = rawTarget(target)
  return (owner) => new RawConnection(raw, owner)
}

/** A sweep over all lanes is cheaper than a timer for each request; time-outs come up to 5 % late. */
function sweepIntervalMs({ requestTimeoutMs, connectTimeoutMs }: LoadPlan): number {
  return Math.min(100, Math.max(2, Math.min(requestTimeoutMs, connectTimeoutMs) / 20))
}

function sweepDeadlines(groups: readonly WorkerGroup[]): void {
  const nowMs = performance.now()
  for (const { lanes } of groups) {
    for (const lane of lanes) if (lane.deadlineMs <= nowMs) lane.deadlinePassed(nowMs)
  }
}
