import { getCompileCacheDir } from 'node:module'
import { Worker } from 'node:worker_threads'
import type { LoadPlan } from './types.ts'
import type { WorkerCommand, WorkerReport, WorkerStart } from './worker-messages.ts'

/** A young generation this small is plenty for the few objects of a request, and keeps the process small. */
const youngGenerationMb = 4

/** The worker threads of a run. Disposing of the team ends them at once. */
export class WorkerTeam implements AsyncDisposable {
  readonly size: number
  #workers: Worker[]
  #over = false

  /** `failed` is told once when a worker crashes or ends before it is dismissed. */
  constructor(
    plan: LoadPlan,
    size: number,
    events: { report(worker: number, report: WorkerReport): void; failed(reason: Error): void },
  ) {
    this.size = size
    const itemCounters = new SharedArrayBuffer(plan.groups.length * Int32Array.BYTES_PER_ELEMENT)
    this.#workers = Array.from({ length: size }, (_, number) => {
      const workerData: WorkerStart = { plan, worker: number, workers: size, itemCounters }
      const worker = new Worker(new URL('./load-worker.ts', import.meta.url), {
        workerData,
        env: workerEnvironment(),
        resourceLimits: { maxYoungGenerationSizeMb: youngGenerationMb },
      })
      const fail = (error: Error) => {
        if (this.#over) return
        this.#over = true
        events.failed(error)
      }
      worker.on('message', (report: WorkerReport) => {
        if (!this.#over) events.report(number, report)
      })
      worker.on('error', (error) => {
        fail(new Error(`load worker ${number} crashed: ${(error as Error).message}`, { cause: error }))
      })
      worker.on('exit', (code) => fail(new Error(`load worker ${number} ended early with exit code ${code}`)))
      return worker
    })
  }

  broadcast(command: WorkerCommand): void {
    for (const worker of this.#workers) worker.postMessage(command)
  }

  /** From now on workers may end, and what they say is ignored. */
  dismiss(): void {
    this.#over = true
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.dismiss()
    await Promise.all(this.#workers.map((worker) => worker.terminate()))
  }
}

/**
 * The environment of this process, with its compile cache handed on: a worker that finds its modules there
 * need not load the type stripper, which takes 15 MB of memory and 100 ms.
 */
function workerEnvironment(): NodeJS.ProcessEnv {
  const directory = getCompileCacheDir()
  return directory === undefined ? process.env : { ...process.env, NODE_COMPILE_CACHE: directory }
}
