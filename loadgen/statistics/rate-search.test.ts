import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seededRandom } from './random.ts'
import { nextRateStep, type RateProbe, type RateSearchStep } from './rate-search.ts'

/** Searches with a service that holds a rate as `holds` says. */
function search(startPerSecond: number, holds: (ratePerSecond: number) => boolean) {
  const probes: RateProbe[] = []
  let step: RateSearchStep = nextRateStep(probes, { startPerSecond })
  while (step.kind === 'probe') {
    const { ratePerSecond, isConfirmation } = step
    probes.push({ ratePerSecond, isConfirmation, held: holds(ratePerSecond) })
    step = nextRateStep(probes, { startPerSecond })
  }
  return { probes, end: step }
}

test('a sharp limit is found within 4 %, in at most 12 probes, from a third of it to three times', () => {
  for (let factor = 0.33; factor <= 3; factor *= 1.07) {
    const { probes, end } = search(factor * 1_000, (rate) => rate <= 1_000)
    assert.equal(end.outcome, 'confirmed', `from ${factor}`)
    assert.ok(probes.length <= 12)
    const found = end.ratePerSecond ?? 0
    assert.ok(found <= 1_000 && found >= 1_000 / 1.04, `${found} from ${factor}`)
    assert.equal(probes.filter(({ isConfirmation }) => isConfirmation).length, 3)
  }
})

/**
 * p99 of time in a single-server queue with Poisson arrivals, by simulation. As in the engine, every probe sends
 * the same seeded arrivals, at its rate; the service time differs by up to a tenth, from probe to probe.
 */
function p99OfQueue(ratePerSecond: number, capacityPerSecond: number, noiseSeed: number): number {
  const random = seededRandom(1)
  const noise = seededRandom(noiseSeed)
  const arrivals = Math.ceil(ratePerSecond * 30)
  const times = new Float64Array(arrivals)
  let now = 0
  let freeAt = 0
  for (let index = 0; index < arrivals; index++) {
    now -= Math.log(1 - random()) / ratePerSecond
    freeAt = Math.max(now, freeAt) + (0.9 + 0.2 * noise()) / capacityPerSecond
    times[index] = freeAt - now
  }
  return times.sort()[Math.floor(0.99 * arrivals)] as number
}

test('against a queue of known capacity searches repeat within 5 % and need at most 12 probes', (t) => {
  const found = Array.from({ length: 12 }, (_, run) => {
    let probe = 0
    const { probes, end } = search(
      600 + 30 * run,
      (rate) => p99OfQueue(rate, 1_000, 1_000 * run + probe++) <= 0.05,
    )
    assert.ok(probes.length <= 12)
    assert.notEqual(end.ratePerSecond, null)
    return end.ratePerSecond ?? 0
  })
  const [least, most] = [Math.min(...found), Math.max(...found)]
  t.diagnostic(`found ${least.toFixed(0)} to ${most.toFixed(0)} of 1000/s in 12 searches`)
  assert.ok(most / least <= 1.05, `${least} to ${most}`)
  assert.ok(most <= 1_000)
})

test('a confirmation that fails lowers the answer; a service that holds nothing has none', () => {
  let made = 0
  const { end, probes } = search(900, (rate) => rate <= (made++ < 7 ? 1_000 : 950))
  assert.ok(end.ratePerSecond !== null && end.ratePerSecond <= 1_000)
  const last = probes.filter(({ held }) => !held).map(({ ratePerSecond }) => ratePerSecond)
  assert.ok(last.every((rate) => rate > (end.ratePerSecond ?? 0)))
  assert.deepEqual(search(100, () => false).end, { kind: 'end', outcome: 'none', ratePerSecond: null })
  assert.equal(search(100, () => true).end.outcome, 'unconfirmed')
})
