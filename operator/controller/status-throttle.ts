import { TokenBucket } from '../kubernetes/token-bucket.ts'
import type { QueueScalerStatus } from '../queue-scaler/status-schema.ts'

/** At most 6 writes in any minute: a burst of 3, then one every 20 s. */
const burst = 3
const refillMs = 20_000
/** Figures alone are not worth more than this. */
const figuresAgeMs = 30_000

/**
 * Says when a status is worth a write. What a person waits for (replicas, conditions, reasons) goes out at once, within
 * the limit; figures that only moved a little go out every 30 s; the passing of time is no news, so that an idle scaler
 * writes nothing.
 */
export class StatusThrottle {
  readonly #bucket = new TokenBucket(burst, refillMs)
  #written: QueueScalerStatus | undefined
  #writtenAtMs = Number.NEGATIVE_INFINITY

  /** @param present the status that the object has now */
  constructor(present: QueueScalerStatus | undefined) {
    this.#written = present
  }

  /** What was written last. */
  get written(): QueueScalerStatus | undefined {
    return this.#written
  }

  /** Whether to write now. @param nowMs monotonic */
  isDue(status: QueueScalerStatus, nowMs: number): boolean {
    const changed =
      essence(status) !== essence(this.#written) ||
      (figures(status) !== figures(this.#written) && nowMs - this.#writtenAtMs >= figuresAgeMs)
    return changed && this.#bucket.take(nowMs)
  }

  wrote(status: QueueScalerStatus, nowMs: number): void {
    this.#written = status
    this.#writtenAtMs = nowMs
  }
}

function essence(status: QueueScalerStatus | undefined): string {
  return JSON.stringify([
    status?.observedGeneration,
    status?.replicas,
    status?.desiredReplicas,
    status?.recommendation?.bindingRule,
    status?.recommendation?.limitedBy,
    status?.recommendation?.mode,
    status?.conditions?.map(({ type, status: value, reason }) => [type, value, reason]),
  ])
}

function figures(status: QueueScalerStatus | undefined): string {
  const { signalAge: _, ...inputs } = status?.recommendation?.inputs ?? {}
  return JSON.stringify([status?.recommendation?.neededReplicas, inputs])
}
