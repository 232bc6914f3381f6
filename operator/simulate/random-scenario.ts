import type { Scenario } from './scenario.ts'
import { seededRandom } from './seeded-random.ts'

/**
 * A scenario that nobody chose: load and consumers' rate drift, are noisy, and jump every few minutes. The policy was
 * not made with these; they tell whether it was made for the four.
 */
export function randomScenario(seed: number): Scenario {
  const random = seededRandom(seed)
  const seconds = 2_400
  const arrivals: number[] = []
  const perConsumer: number[] = []
  let [load, rate] = [200 + 1_500 * random(), 20 + 80 * random()]
  for (let second = 0; second < seconds; second++) {
    if (random() < 1 / 300) load = 100 + 2_500 * random()
    if (random() < 1 / 600) rate = 20 + 80 * random()
    load *= 1 + (random() - 0.5) * 0.01
    arrivals.push(load * (0.6 + 0.8 * random()))
    perConsumer.push(rate)
  }
  return {
    name: `random ${seed}`,
    description: 'load and consumers drift and jump',
    seconds,
    arrivals: (second) => arrivals[second] as number,
    perConsumer: (second) => perConsumer[Math.min(second, seconds - 1)] as number,
  }
}
