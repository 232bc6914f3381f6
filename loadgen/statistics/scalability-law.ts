/** Throughput at a number of threads, in one run. */
export interface ScalabilityPoint {
  threads: number
  /** Requests per second, above 0. */
  throughput: number
}

/**
 * The Universal Scalability Law (Gunther, 1993): X(N) = λN / (1 + σ(N − 1) + κN(N − 1)).
 */
export interface ScalabilityLaw {
  /** λ: throughput of one thread, requests/s. */
  lambda: number
  /** σ: the share of the work that only one can do at a time (contention), 0 or more. */
  sigma: number
  /** κ: the cost of agreeing with every other thread (crosstalk), 0 or more. */
  kappa: number
}

/** Throughput by the law, requests/s. */
export function predictThroughput({ lambda, sigma, kappa }: ScalabilityLaw, threads: number): number {
  return (lambda * threads) / (1 + sigma * (threads - 1) + kappa * threads * (threads - 1))
}

/** Rounds of reweighting; the weights settle after three or four. */
const mostRounds = 8
const settled = 1e-7

/**
 * Fits the law so that the squared relative errors are least, with σ and κ not negative.
 *
 * N/X = a + b(N − 1) + cN(N − 1) is linear in a = 1/λ, b = σ/λ, c = κ/λ. Each round weighs by the last round's
 * prediction, which makes the errors relative; weighing by the measured values would favour those that are too low.
 *
 * @throws RangeError with fewer than three different thread counts
 */
export function fitScalabilityLaw(points: readonly ScalabilityPoint[]): ScalabilityLaw {
  if (new Set(points.map(({ threads }) => threads)).size < 3)
    throw new RangeError('the scalability law has three parameters and needs three thread counts')
  let weights = points.map(({ threads, throughput }) => throughput / threads)
  let law: ScalabilityLaw = { lambda: Number.NaN, sigma: 0, kappa: 0 }
  for (let round = 0; round < mostRounds; round++) {
    const before = law
    law = solveWeighted(points, weights)
    if (Math.abs(law.lambda / before.lambda - 1) < settled && Math.abs(law.sigma - before.sigma) < settled)
      break
    weights = points.map(({ threads }) => predictThroughput(law, threads) / threads)
  }
  return law
}

/** Non-negative least squares over two constrained parameters: the best of the four choices of those that are free. */
function solveWeighted(points: readonly ScalabilityPoint[], weights: readonly number[]): ScalabilityLaw {
  // κ's column grows as N²; scaled to 1 the sums keep their digits.
  const most = Math.max(...points.map(({ threads }) => threads))
  const scales = [1, most, most ** 2]
  const products = new Float64Array(9)
  const targets = new Float64Array(3)
  points.forEach(({ threads, throughput }, index) => {
    const weight = weights[index] as number
    const row = [weight, (weight * (threads - 1)) / most, (weight * threads * (threads - 1)) / most ** 2]
    const target = (weight * threads) / throughput
    for (let i = 0; i < 3; i++) {
      targets[i] = (targets[i] as number) + (row[i] as number) * target
      for (let j = 0; j < 3; j++)
        products[3 * i + j] = (products[3 * i + j] as number) + (row[i] as number) * (row[j] as number)
    }
  })
  let best = solveNormal(products, targets, [0, 1, 2])
  // Where no bound is touched, the free solution is the best of all.
  if (best?.every((value) => value >= 0)) return toLaw(best, scales)
  best = undefined
  let leastError = Infinity
  for (const free of [[0, 1], [0, 2], [0]]) {
    const solution = solveNormal(products, targets, free)
    if (solution === undefined || solution.some((value) => value < 0)) continue
    // Σ(target − prediction)² without the constant Σ target².
    let error = 0
    for (let i = 0; i < 3; i++) {
      error -= 2 * (solution[i] as number) * (targets[i] as number)
      for (let j = 0; j < 3; j++)
        error += (solution[i] as number) * (products[3 * i + j] as number) * (solution[j] as number)
    }
    if (error < leastError - 1e-12) {
      leastError = error
      best = solution
    }
  }
  if (best === undefined) throw new RangeError('the scalability law needs throughputs above 0')
  return toLaw(best, scales)
}

function toLaw(solution: readonly number[], scales: readonly number[]): ScalabilityLaw {
  const [a, b, c] = solution.map((value, index) => value / (scales[index] as number)) as [
    number,
    number,
    number,
  ]
  return { lambda: 1 / a, sigma: b / a, kappa: c / a }
}

/** Gaussian elimination with pivots on the free parameters; the others are 0. */
function solveNormal(
  products: Float64Array,
  targets: Float64Array,
  free: readonly number[],
): number[] | undefined {
  const rows = free.map((i) => [...free.map((j) => products[3 * i + j] as number), targets[i] as number])
  const size = free.length
  for (let column = 0; column < size; column++) {
    let pivot = column
    for (let row = column + 1; row < size; row++)
      if (Math.abs(rows[row]?.[column] ?? 0) > Math.abs(rows[pivot]?.[column] ?? 0)) pivot = row
    const chosen = rows[pivot] as number[]
    rows[pivot] = rows[column] as number[]
    rows[column] = chosen
    if (Math.abs(chosen[column] as number) < 1e-14) return undefined
    for (let row = column + 1; row < size; row++) {
      const lower = rows[row] as number[]
      const factor = (lower[column] as number) / (chosen[column] as number)
      for (let k = column; k <= size; k++) lower[k] = (lower[k] as number) - factor * (chosen[k] as number)
    }
  }
  const solution = [0, 0, 0]
  for (let row = size - 1; row >= 0; row--) {
    const equation = rows[row] as number[]
    let value = equation[size] as number
    for (let k = row + 1; k < size; k++)
      value -= (equation[k] as number) * (solution[free[k] as number] as number)
    solution[free[row] as number] = value / (equation[row] as number)
  }
  return solution
}
