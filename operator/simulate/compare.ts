import { handTunedKeda, otherKedas } from './hand-tuned-keda.ts'
import type { ModelScaler } from './model-scaler.ts'
import { maxReplicas, ownPolicy } from './own-policy.ts'
import { ownScaler } from './own-scaler.ts'
import { randomScenario } from './random-scenario.ts'
import { runSimulation, type SimulationResult } from './run-simulation.ts'
import { scenarios } from './scenario.ts'

/** Fresh scalers for one scenario, since they remember: ours, the hand-tuned one, the others. */
function freshScalers(): ModelScaler[] {
  return [ownScaler('QueueScaler', ownPolicy), handTunedKeda(maxReplicas), ...otherKedas(maxReplicas)]
}

export interface Comparison {
  own: SimulationResult
  handTuned: SimulationResult
  others: SimulationResult[]
}

/** All scalers in the four scenarios. */
export function compareInScenarios(): Comparison[] {
  return scenarios.map((scenario) => {
    const [own, handTuned, ...others] = freshScalers().map((scaler) => runSimulation(scenario, scaler))
    return { own: own as SimulationResult, handTuned: handTuned as SimulationResult, others }
  })
}

/** Ours and the hand-tuned one in scenarios that nobody chose. */
export function compareAtRandom(count: number): Comparison[] {
  return Array.from({ length: count }, (_, index) => {
    const scenario = randomScenario(index + 1)
    const [own, handTuned] = freshScalers()
    return {
      own: runSimulation(scenario, own as ModelScaler),
      handTuned: runSimulation(scenario, handTuned as ModelScaler),
      others: [],
    }
  })
}
