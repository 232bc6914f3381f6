import { Worker } from 'node:worker_threads'
import type { Pacer } from './open-group.ts'
import type { OpenArrival } from './types.ts'

export interface PacerData {
  open: OpenArrival
  seed: number
  arrivals: number
  /** One Int32; anything but 0 ends the thread's sleep and the thread. */
  stopCell: SharedArrayBuffer
}

/** Paces an open group from a thread of its own; see `pacer-thread.ts`. */
export class ThreadPacer implements Pacer {
  #worker: Worker
  #stopCell = new SharedArrayBuffer(4)
  #ready = Promise.withResolvers<void>()
  #wake: () => void = () => {}

  /** `failed` is told when the thread dies of an error. */
  constructor(data: Omit<PacerData, 'stopCell'>, failed: (error: Error) => void) {
    const workerData: PacerData = { ...data, stopCell: this.#stopCell }
    this.#worker = new Worker(new URL('./pacer-thread.ts', import.meta.url), { workerData })
    this.#worker.on('error', failed)
    this.#worker.on('message', (message: unknown) => {
      if (message === 'ready') this.#ready.resolve()
      else this.#wake()
    })
  }

  prepare(done: () => void): void {
    void this.#ready.promise.then(done)
  }

  start(startMs: number, wake: () => void): void {
    this.#wake = wake
    this.#worker.postMessage(startMs)
  }

  stop(): void {
    const cell = new Int32Array(this.#stopCell)
    Atomics.store(cell, 0, 1)
    Atomics.notify(cell, 0)
    this.#worker.unref()
  }
}
