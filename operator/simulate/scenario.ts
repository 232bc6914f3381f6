import { seededRandom } from './seeded-random.ts'

/** Load and consumers over time, in seconds from the start. */
export interface Scenario {
  name: string
  description: string
  seconds: number
  /** Messages that arrive in this second. */
  arrivals(second: number): number
  /** What one consumer does in this second. */
  perConsumer(second: number): number
}

const seconds = 2_400
/** Messages per second of one consumer, unless a scenario says otherwise. */
export const usualPerConsumer = 50
const usual = () => usualPerConsumer

/** A gamma-like noise with mean 1 and standard deviation 0.5, the same at every call. */
function noise(seed: number): readonly number[] {
  const random = seededRandom(seed)
  // The sum of four exponentials has a standard deviation of half its mean.
  return Array.from({ length: seconds }, () => {
    let sum = 0
    for (let i = 0; i < 4; i++) sum -= Math.log(1 - random())
    return sum / 4
  })
}

const noisy = noise(1)

/** The four scenarios that every change of the policy is measured by; 40 minutes each. */
export const scenarios: readonly Scenario[] = [
  {
    name: 'sine',
    description: '1000 to 3000 messages/s and back every 10 min',
    seconds,
    arrivals: (second) => 2_000 - 1_000 * Math.cos((2 * Math.PI * second) / 600),
    perConsumer: usual,
  },
  {
    name: 'bursts',
    description: '200 messages/s, twice 2500 for 5 min',
    seconds,
    arrivals: (second) =>
      (second >= 300 && second < 600) || (second >= 1_500 && second < 1_800) ? 2_500 : 200,
    perConsumer: usual,
  },
  {
    name: 'slowdown',
    description: '1000 messages/s, consumers at 40 % for 500 s',
    seconds,
    arrivals: () => 1_000,
    perConsumer: (second) => (second >= 900 && second < 1_400 ? usualPerConsumer * 0.4 : usualPerConsumer),
  },
  {
    name: 'noise',
    description: '1000 messages/s, give or take half of it each second',
    seconds,
    arrivals: (second) => 1_000 * (noisy[second] as number),
    perConsumer: usual,
  },
]
