import type { ServiceReader } from '../service-reader.ts'

/** Seasons that are looked at for an empty one. */
const seasonsTried = 1_000

/** Where the rides of a run lie. */
export interface RunSeason {
  season: string
  resorts: readonly number[]
  days: readonly number[]
}

/**
 * The first season from `firstSeason` on in which none of the run's resort-days has a ride. Every run has a
 * season of its own: a fresh service gets exactly the season of the schedule, and a service with a history is
 * measured just as exactly.
 *
 * @throws Error when all that were tried hold rides
 */
export async function findEmptySeason(
  reader: ServiceReader,
  firstSeason: number,
  resorts: readonly number[],
  days: readonly number[],
): Promise<RunSeason> {
  for (let season = firstSeason; season < firstSeason + seasonsTried; season++) {
    const candidate = { season: String(season), resorts, days }
    const taken = await readRideCount(reader, candidate)
    if (taken === 0) return candidate
  }
  throw new Error(`no season without rides from ${firstSeason} on; use an empty database or another season`)
}

/** Rides that a reader can see in the run's season. */
export async function readRideCount(reader: ServiceReader, run: RunSeason): Promise<number> {
  const counts = await Promise.all(
    resortDays(run).map(async ({ path }) => {
      const answer = (await reader.read(`${path}/rides`)) as { numRides: number } | undefined
      return answer?.numRides ?? 0
    }),
  )
  return counts.reduce((sum, count) => sum + count, 0)
}

/** Every resort-day of the run with its key (`resort day`) and its path. */
export function resortDays(run: RunSeason): { key: string; path: string }[] {
  return run.resorts.flatMap((resort) =>
    run.days.map((day) => ({
      key: `${resort} ${day}`,
      path: `/resorts/${resort}/seasons/${run.season}/day/${day}`,
    })),
  )
}

/** The numbers from `first`, `count` of them. */
export function range(first: number, count: number): number[] {
  return Array.from({ length: count }, (_, index) => first + index)
}
