import assert from 'node:assert/strict'
import { test } from 'node:test'
import { randomNormal, seededRandom } from './random.ts'
import { analyseScalability } from './scalability-analysis.ts'
import { fitScalabilityLaw, predictThroughput, type ScalabilityLaw } from './scalability-law.ts'

const truth: ScalabilityLaw = { lambda: 1_000, sigma: 0.05, kappa: 1e-5 }
const levels = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1_024]

/** A sweep of this law with repetitions, each with a relative error of the given standard deviation. */
function sweep(law: ScalabilityLaw, noise: number, repetitions: number, seed: number, threads = levels) {
  const random = seededRandom(seed)
  return threads.flatMap((count) =>
    Array.from({ length: repetitions }, () => ({
      threads: count,
      throughput: predictThroughput(law, count) * Math.exp(noise * randomNormal(random)),
    })),
  )
}

test('without noise the law is found exactly, also with σ or κ of 0', () => {
  for (const law of [
    truth,
    { ...truth, kappa: 0 },
    { ...truth, sigma: 0 },
    { lambda: 7, sigma: 0, kappa: 0 },
  ]) {
    const fit = fitScalabilityLaw(sweep(law, 0, 1, 1))
    assert.ok(Math.abs(fit.lambda / law.lambda - 1) < 1e-6, JSON.stringify(fit))
    assert.ok(Math.abs(fit.sigma - law.sigma) < 1e-7 && Math.abs(fit.kappa - law.kappa) < 1e-9)
  }
  assert.throws(() => fitScalabilityLaw(sweep(truth, 0, 5, 1, [1, 2])), RangeError)
})

test('planted parameters are recovered within 5 % from sweeps with 1 % noise', () => {
  const planted = { lambda: 1_000, sigma: 0.04, kappa: 1e-4 }
  for (let seed = 1; seed <= 20; seed++) {
    const fit = fitScalabilityLaw(sweep(planted, 0.01, 5, seed))
    for (const name of ['lambda', 'sigma', 'kappa'] as const)
      assert.ok(Math.abs(fit[name] / planted[name] - 1) < 0.05, `seed ${seed}: ${name} ${fit[name]}`)
  }
})

test('with 3 % noise λ, σ and the peak still come within 5 % in the middle of many sweeps', () => {
  const fits = Array.from({ length: 99 }, (_, seed) => fitScalabilityLaw(sweep(truth, 0.03, 3, seed)))
  const middle = (pick: (law: ScalabilityLaw) => number) => fits.map(pick).sort((a, b) => a - b)[49] as number
  assert.ok(Math.abs(middle(({ lambda }) => lambda) / truth.lambda - 1) < 0.05)
  assert.ok(Math.abs(middle(({ sigma }) => sigma) / truth.sigma - 1) < 0.05)
  assert.ok(Math.abs(middle(({ kappa }) => kappa) / truth.kappa - 1) < 0.05)
})

test('95 % intervals hold the planted parameters in at least 90 % of noisy sweeps', (t) => {
  const sweeps = 120
  const covered = { lambda: 0, sigma: 0, kappa: 0, peak: 0 }
  const peak = Math.sqrt((1 - truth.sigma) / truth.kappa)
  for (let seed = 0; seed < sweeps; seed++) {
    const analysis = analyseScalability(sweep(truth, 0.03, 3, seed + 1_000), [], { seed, resamples: 250 })
    assert.ok(typeof analysis !== 'string')
    for (const name of ['lambda', 'sigma', 'kappa'] as const)
      if (analysis[name].low <= truth[name] && truth[name] <= analysis[name].high) covered[name]++
    const interval = analysis.peak?.threadsInterval
    if (interval && interval.low <= peak && peak <= interval.high) covered.peak++
  }
  t.diagnostic(`of ${sweeps} sweeps: ${JSON.stringify(covered)}`)
  for (const [name, count] of Object.entries(covered))
    assert.ok(count >= 0.9 * sweeps, `${name} in ${count} of ${sweeps}`)
})

test('κ is not claimed when the data cannot show it: no peak, a ceiling instead', () => {
  const analysis = analyseScalability(sweep({ ...truth, kappa: 0 }, 0.03, 3, 4), [1, 64])
  assert.ok(typeof analysis !== 'string')
  assert.equal(analysis.kappa.low, 0)
  assert.equal(analysis.peak, null)
  assert.ok(analysis.ceiling !== null && Math.abs(analysis.ceiling / 20_000 - 1) < 0.1)
  const at64 = analysis.curve[1]
  assert.ok(at64 && at64.interval.low < at64.throughput && at64.throughput < at64.interval.high)
})

test('a sweep that cannot carry a fit says why', () => {
  assert.match(analyseScalability(sweep(truth, 0, 1, 1, [64, 128, 256]), []) as string, /begin at 1 thread/)
  assert.match(
    analyseScalability(sweep(truth, 0, 1, 1, [1, 2, 4]), []) as string,
    /from 6 thread counts on.*has 3/,
  )
  const silent = sweep(truth, 0, 1, 1).map((point) => ({ ...point, throughput: 0 }))
  assert.match(analyseScalability(silent, []) as string, /completed nothing/)
})
