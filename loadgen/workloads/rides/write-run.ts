import type { LoadOutcome } from '../../engine/load-outcome.ts'
import type { ThreadGroup } from '../../engine/types.ts'
import { ServiceReader } from '../service-reader.ts'
import type { PreparedRun, RunContext } from '../workload-definition.ts'
import { awaitRides } from './await-completion.ts'
import { expectRides } from './expected-rides.ts'
import type { RideEvents } from './ride-events.ts'
import { findEmptySeason, range } from './ski-season.ts'
import { verifyRides } from './verify-rides.ts'
import { verifySchedule } from './verify-schedule.ts'

/** Retries of the shipped experiments; only used to bound what may have been stored without idempotency keys. */
const mostRetries = 5

/**
 * What all writing schedules of the rides have in common: a season of their own, POSTs of prepared events,
 * completion, and the invariants.
 *
 * @param groups item numbers are indices into `events`
 */
export async function prepareWriteRun(
  context: RunContext,
  events: RideEvents,
  groups: ThreadGroup[],
  options: { firstSeason: number; resorts: number; idempotencyKeys: boolean; quietMs: number },
): Promise<PreparedRun> {
  const reader = new ServiceReader(context.target, context.signal)
  await reader.ping('/resorts')
  const days = [...new Set(events.dayID)].sort((left, right) => left - right)
  const run = await findEmptySeason(reader, options.firstSeason, range(1, options.resorts), days)
  const expect = (result: LoadOutcome) =>
    expectRides(events, result.ledger, { idempotent: options.idempotencyKeys, retries: mostRetries })
  return {
    groups,
    module: new URL('./write-requests.ts', import.meta.url).href,
    moduleParameters: {
      season: run.season,
      runId: context.runId,
      idempotencyKeys: options.idempotencyKeys,
    },
    shared: events.shared,
    complete: (result) =>
      awaitRides(
        reader,
        run,
        expect(result).rides.least,
        Date.parse(result.finishedAt),
        context.signal,
        options.quietMs,
      ),
    async verify(result) {
      const checks = await verifyRides({
        target: context.target,
        reader,
        run,
        expected: expect(result),
        seed: context.seed,
        signal: context.signal,
      })
      await reader[Symbol.asyncDispose]()
      return [...checks, ...verifySchedule(groups, result)]
    },
  }
}
