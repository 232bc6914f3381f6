import { parentPort, workerData } from 'node:worker_threads'
import { ArrivalSchedule } from './arrival-schedule.ts'
import type { PacerData } from './thread-pacer.ts'

/*
 * Sleeps until the next arrival is due and wakes the load worker. A thread of its own because a timer of the
 * event loop is up to a millisecond late, while Atomics.wait is a futex with a high-resolution time-out.
 */

/** Arrivals that come closer together share a wake-up: at high rates a message for each would cost more. */
const shortestSleepMs = 0.2

const { open, seed, arrivals, stopCell } = workerData as PacerData
const port = parentPort
if (port === null) throw new Error('pacer-thread.ts runs as a worker thread only')
const schedule = new ArrivalSchedule(open, seed)
const stop = new Int32Array(stopCell)

port.once('message', (startMs: number) => {
  let taken = 0
  while (taken < arrivals) {
    const sleepMs = Math.max(startMs + schedule.nextDueMs - performance.now(), shortestSleepMs)
    if (Atomics.wait(stop, 0, 0, sleepMs) === 'not-equal' || Atomics.load(stop, 0) !== 0) return
    const takenBefore = taken
    for (; taken < arrivals && startMs + schedule.nextDueMs <= performance.now(); taken++) schedule.take()
    if (taken > takenBefore) port.postMessage(taken)
  }
})
port.postMessage('ready')
