import type { QueueModel } from './queue-model.ts'

/** Whatever decides on replicas in the simulation, asked once a second. */
export interface ModelScaler {
  name: string
  /** Replicas to set now; null: no change. */
  decide(model: QueueModel, second: number): number | null
}
