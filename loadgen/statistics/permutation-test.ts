import { seededRandom, shuffle } from './random.ts'
import { mean } from './sample.ts'

/** Up to this many ways to divide the runs, all are looked at; beyond, as many are drawn by chance. */
const mostDivisions = 20_000

export interface PermutationOptions {
  /** Of the drawn divisions; the same seed gives the same p. */
  seed?: number
}

/**
 * The two-sided p-value of a permutation test (Fisher, Pitman): how often a random division of all values into two
 * groups of these sizes has means of the logarithms at least as far apart as these two. It assumes nothing about
 * the distribution, only that without a difference every division is as likely: runs must be interleaved.
 *
 * @throws RangeError when a sample is empty or a value is not above 0
 */
export function permutationTest(
  a: readonly number[],
  b: readonly number[],
  { seed = 1 }: PermutationOptions = {},
): number {
  if (a.length === 0 || b.length === 0) throw new RangeError('a permutation test needs values on both sides')
  const logs = [...a, ...b].map((value) => {
    if (!(value > 0)) throw new RangeError(`a permutation test of ratios needs values above 0, got ${value}`)
    return Math.log(value)
  })
  const total = logs.reduce((sum, value) => sum + value, 0)
  const distanceOf = (sumOfA: number) => Math.abs(sumOfA / a.length - (total - sumOfA) / b.length)
  // Sums in another order differ in the last bits; without the allowance a tie would count by chance.
  const observed = distanceOf(mean(logs.slice(0, a.length)) * a.length) - 1e-9
  if (binomial(logs.length, a.length) <= mostDivisions) {
    let asFar = 0
    let all = 0
    for (const sum of sumsOfSubsets(logs, a.length)) {
      all++
      if (distanceOf(sum) >= observed) asFar++
    }
    return asFar / all
  }
  const random = seededRandom(seed)
  let asFar = 1
  for (let draw = 0; draw < mostDivisions; draw++) {
    const chosen = shuffle(logs, random).slice(0, a.length)
    if (distanceOf(chosen.reduce((sum, value) => sum + value, 0)) >= observed) asFar++
  }
  return asFar / (mostDivisions + 1)
}

/** The smallest p that runs of these numbers can give: only the observed division and its mirror are so far apart. */
export function smallestP(runsOfA: number, runsOfB: number): number {
  const divisions = binomial(runsOfA + runsOfB, runsOfA)
  const extreme = runsOfA === runsOfB ? 2 : 1
  return divisions <= mostDivisions ? extreme / divisions : 1 / (mostDivisions + 1)
}

/** n! / (k! (n − k)!). */
export function binomial(n: number, k: number): number {
  let product = 1
  for (let factor = 1; factor <= k; factor++) product = (product * (n - k + factor)) / factor
  return Math.round(product)
}

/** The sum of every subset of `size` values. */
function* sumsOfSubsets(values: readonly number[], size: number, from = 0, sum = 0): Generator<number> {
  if (size === 0) {
    yield sum
    return
  }
  for (let index = from; index <= values.length - size; index++)
    yield* sumsOfSubsets(values, size - 1, index + 1, sum + (values[index] as number))
}
