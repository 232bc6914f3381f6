import Type, { type Static } from 'typebox'
import { seededRandom } from '../../engine/arrival-schedule.ts'
import { itemsOf } from '../../engine/ledger.ts'
import type { ThreadGroup } from '../../engine/types.ts'
import type { WorkloadDefinition } from '../workload-definition.ts'
import { allocate, type RideEvents, viewRideEvents } from './ride-events.ts'
import { rideParameters } from './rides-write.ts'
import { prepareWriteRun } from './write-run.ts'

const Parameters = Type.Object({
  ...rideParameters,
  skiers: Type.Integer({ default: 20_000, minimum: 1, maximum: 100_000, description: 'numSkiers.' }),
  lifts: Type.Integer({ default: 40, minimum: 5, maximum: 60, description: 'numLifts.' }),
  runs: Type.Integer({
    default: 10,
    minimum: 1,
    maximum: 20,
    description: 'numRuns: mean lift rides of a skier.',
  }),
  coolDown: Type.Union([Type.Literal('literal'), Type.Literal('full')], {
    default: 'literal',
    description: 'Phase 3: 0.1 · numRuns per thread as the text says, or for each of its skiers.',
  }),
})

/** A phase of the older schedule: a thread group, and what its rides may be. */
export interface Phase {
  group: ThreadGroup
  skiersPerThread: number
  firstMinute: number
  lastMinute: number
}

/**
 * The three phases of the reference system's schedule of spring 2022, for T threads, N skiers and R runs.
 * Phase 2 starts when ⌈20 %⌉ of phase 1's threads are done, phase 3 when 20 % of phase 2's are. Every thread
 * posts for a range of skiers of its own; counts are truncated as there.
 */
export function threePhases(
  threads: number,
  options: { skiers: number; runs: number; coolDown: 'literal' | 'full' },
): Phase[] {
  const { skiers, runs, coolDown } = options
  const first = Math.max(1, Math.floor(threads / 4))
  const last = Math.max(1, Math.floor(threads * 0.1))
  const lastSkiers = Math.floor(skiers / last)
  const plans = [
    {
      name: 'start-up',
      threads: first,
      share: 0.2,
      skiersPerThread: Math.floor(skiers / first),
      minutes: [1, 90],
    },
    { name: 'peak', threads, share: 0.6, skiersPerThread: Math.floor(skiers / threads), minutes: [91, 360] },
    { name: 'cool-down', threads: last, share: 0.1, skiersPerThread: lastSkiers, minutes: [361, 420] },
  ] as const
  let firstItem = 0
  return plans.map((plan, index) => {
    const before = plans[index - 1]
    const perSkier = runs * plan.share
    const literal = plan.name === 'cool-down' && coolDown === 'literal'
    // R · 0.6 is 6.000000000000001 for some R; whole numbers must not be lost or won by that.
    const exact = literal
      ? perSkier
      : perSkier * (plan.name === 'cool-down' ? skiers / last : skiers / plan.threads)
    const items = Math.max(1, Math.floor(Number(exact.toFixed(6))))
    const group: ThreadGroup = {
      name: plan.name,
      threads: plan.threads,
      firstItem,
      work: { kind: 'each', items },
      start: before
        ? { kind: 'afterDone', group: before.name, threads: Math.ceil(before.threads * 0.2) }
        : { kind: 'immediately' },
      measured: true,
    }
    firstItem += itemsOf(group)
    return {
      group,
      skiersPerThread: Math.max(1, plan.skiersPerThread),
      firstMinute: plan.minutes[0],
      lastMinute: plan.minutes[1],
    }
  })
}

/** Events of the phases: a random skier of the thread's own range, a random lift, a minute of the phase. */
export function generatePhaseEvents(
  phases: readonly Phase[],
  options: { seed: number; skiers: number; lifts: number; resorts: number },
): RideEvents {
  const count = phases.reduce((sum, { group }) => sum + itemsOf(group), 0)
  const events = viewRideEvents(allocate(count))
  const random = seededRandom(options.seed)
  const pick = (first: number, last: number) => first + Math.floor(random() * (last - first + 1))
  for (const { group, skiersPerThread, firstMinute, lastMinute } of phases) {
    const perThread = itemsOf(group) / group.threads
    for (let index = 0; index < itemsOf(group); index++) {
      const firstSkier = 1 + Math.floor(index / perThread) * skiersPerThread
      const item = group.firstItem + index
      events.skierID[item] = pick(firstSkier, Math.min(options.skiers, firstSkier + skiersPerThread - 1))
      events.resortID[item] = pick(1, options.resorts)
      events.liftID[item] = pick(1, options.lifts)
      events.minute[item] = pick(firstMinute, lastMinute)
      events.dayID[item] = 1
    }
  }
  return events
}

/** The older three-phase schedule. */
export const ridesPhases: WorkloadDefinition = {
  name: 'rides/phases',
  system: 'rides',
  summary: 'POST rides in three overlapping phases of T/4, T and T/10 threads',
  parameters: Parameters,
  queues: ['rides.writer'],
  async prepare(context) {
    const parameters = context.parameters as Static<typeof Parameters>
    const phases = threePhases(context.threads, parameters)
    const events = generatePhaseEvents(phases, { seed: context.seed, ...parameters })
    return await prepareWriteRun(
      context,
      events,
      phases.map(({ group }) => group),
      {
        firstSeason: parameters.season,
        resorts: parameters.resorts,
        idempotencyKeys: parameters.idempotencyKeys,
        quietMs: parameters.completionQuietSeconds * 1_000,
      },
    )
  },
}
