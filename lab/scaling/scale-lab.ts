import type { DecisionLine } from '@chairlift/operator/replay/decision-log.ts'
import type { Lab } from '../start-lab.ts'
import type { ReplicaSet } from '../supervisor/replica-set.ts'
import { systems } from '../systems.ts'
import { defaultRange, type ReplicaRange } from './lab-policy.ts'
import { scaleConsumer } from './scale-consumers.ts'

export interface LabScaling {
  /** Processes with a fixed number, which are left alone. */
  fixed: Readonly<Record<string, number>>
  /** Ranges of processes that shall not have the usual one. */
  ranges: Readonly<Record<string, ReplicaRange>>
  log: (line: string) => void
  onDecision?: (line: DecisionLine) => void
}

/**
 * Scales every consumer of a running lab by its queue, but those with a fixed number. Dispose of it before the lab.
 */
export function scaleLab(lab: Lab, { fixed, ranges, log, onDecision }: LabScaling): AsyncDisposable {
  const consumers = Object.keys(lab.systems).flatMap((system) =>
    Object.entries(systems[system]?.queues ?? {}),
  )
  const scaled = new AsyncDisposableStack()
  for (const [name, queue] of consumers) {
    const replicaSet = lab.replicaSets[name] as ReplicaSet | undefined
    if (name in fixed || !replicaSet) continue
    const range = ranges[name] ?? defaultRange
    scaled.use(
      scaleConsumer({
        name,
        queue,
        replicaSet,
        range,
        amqpUrl: lab.backing.amqpUrl,
        log,
        ...(onDecision && { onDecision }),
      }),
    )
  }
  return scaled
}
