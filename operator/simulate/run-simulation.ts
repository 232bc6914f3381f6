import type { ModelScaler } from './model-scaler.ts'
import { QueueModel } from './queue-model.ts'
import type { Scenario } from './scenario.ts'

export interface SimulationResult {
  scenario: string
  scaler: string
  /** Share of messages that waited longer than promised; those still waiting at the end count by their age. */
  lateShare: number
  podMinutes: number
  longestWaitSeconds: number
  mostReplicas: number
  /** Changes of the number of replicas. */
  changes: number
}

export const maxMessageAgeSeconds = 30
const startupSeconds = 8

/** Runs one scenario with one scaler; the same arguments give the same result. */
export function runSimulation(scenario: Scenario, scaler: ModelScaler): SimulationResult {
  const model = new QueueModel({
    maxMessageAgeSeconds,
    startupSeconds,
    // Enough for the first second, so that no scaler is judged by the start.
    initialReplicas: Math.ceil(scenario.arrivals(0) / scenario.perConsumer(0) / 0.8),
  })
  let changes = 0
  for (let second = 0; second < scenario.seconds; second++) {
    const replicas = scaler.decide(model, second)
    if (replicas !== null && replicas !== model.replicas) {
      changes++
      model.scale(replicas, second)
    }
    model.step(second, scenario.arrivals(second), scenario.perConsumer(second))
  }
  const waiting = model.moments.at(-1)?.ready ?? 0
  // What still waits is done by the consumers that there are, so that nobody wins by leaving work behind.
  for (
    let second = scenario.seconds;
    (model.moments.at(-1)?.ready ?? 0) > 1e-6 && model.replicas > 0;
    second++
  )
    model.step(second, 0, scenario.perConsumer(second))
  const published = model.moments.at(-1)?.published ?? 0
  return {
    scenario: scenario.name,
    scaler: scaler.name,
    lateShare: published === 0 ? 0 : (model.replicas === 0 ? model.late + waiting : model.late) / published,
    podMinutes: model.podSeconds / 60,
    longestWaitSeconds: model.longestWaitSeconds,
    mostReplicas: Math.max(...model.moments.map(({ replicas }) => replicas)),
    changes,
  }
}
