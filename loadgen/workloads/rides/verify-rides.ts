import { seededRandom } from '../../engine/arrival-schedule.ts'
import type { Check } from '../../result/run-schema.ts'
import type { ServiceReader } from '../service-reader.ts'
import { type Bounds, describeBounds, type ExpectedRides, within } from './expected-rides.ts'
import { readSkierTotals } from './read-skier-totals.ts'
import { type RunSeason, readRideCount, resortDays } from './ski-season.ts'

/** Skiers whose every day at every resort is read one by one. */
const sampledSkiers = 50

interface Subject {
  target: string
  reader: ServiceReader
  run: RunSeason
  expected: ExpectedRides
  seed: number
  signal: AbortSignal
}

/** The invariants RID-I1 to RID-I6 of the reference system, checked through the service's own reads. */
export async function verifyRides(subject: Subject): Promise<Check[]> {
  return [
    await checkStoredRides(subject),
    ...(await checkSampledSkiers(subject)),
    ...(await checkSkierTotals(subject)),
    await checkUniqueSkiers(subject),
    await checkBreakdowns(subject),
  ]
}

async function checkStoredRides({ reader, run, expected }: Subject): Promise<Check> {
  const stored = await readRideCount(reader, run)
  return {
    id: 'RID-I1',
    name: 'every acknowledged ride is stored exactly once',
    passed: within(stored, expected.rides),
    expected: describeBounds(expected.rides),
    actual: stored,
    detail: '',
  }
}

/** Σ over all skiers, and each skier alone: a ride booked on the wrong skier leaves the sum as it is. */
async function checkSkierTotals({ target, run, expected, signal }: Subject): Promise<Check[]> {
  const skiers = [...expected.verticalBySkier.keys()]
  const totals = await readSkierTotals(target, run, skiers, signal)
  const sum = [...totals.values()].reduce((metres, total) => metres + total, 0)
  const wrong = skiers.filter(
    (skier) => !within(totals.get(skier) ?? 0, expected.verticalBySkier.get(skier) as Bounds),
  )
  const first = wrong[0]
  return [
    {
      id: 'RID-I3',
      name: 'Σ vertical of all skiers = 10 · Σ liftID of the acknowledged rides (m)',
      passed: within(sum, expected.vertical),
      expected: describeBounds(expected.vertical),
      actual: sum,
      detail: `${skiers.length} skiers read`,
    },
    {
      id: 'RID-I2',
      name: 'the season total of every skier touched is right',
      passed: wrong.length === 0,
      expected: 0,
      actual: wrong.length,
      detail:
        first === undefined
          ? `${skiers.length} of ${skiers.length} skiers right`
          : `skiers with a wrong total; skier ${first} has ${totals.get(first) ?? 0} m, expected ` +
            `${describeBounds(expected.verticalBySkier.get(first) as Bounds)}`,
    },
  ]
}

/** RID-I2 and RID-I4 from one reading of some skiers' days: each day alone, and their sum against the season. */
async function checkSampledSkiers(subject: Subject): Promise<Check[]> {
  const { reader, run, expected, seed } = subject
  const resorts = run.resorts.map((resort) => `resort=${resort}`).join('&')
  const skiers = sample([...expected.verticalBySkier.keys()], seed)
  const wrongDays: string[] = []
  const wrongSeasons: string[] = []
  let daysRead = 0
  for (const skier of skiers) {
    const days = await readSkierDays(reader, run, skier)
    daysRead += days.length
    for (const { resort, day, metres } of days) {
      const bounds = expected.verticalBySkierDay.get(`${skier} ${resort} ${day}`) ?? { least: 0, most: 0 }
      if (!within(metres, bounds))
        wrongDays.push(
          `skier ${skier}, resort ${resort}, day ${day}: ${metres}, not ${describeBounds(bounds)}`,
        )
    }
    const sumOfDays = days.reduce((sum, { metres }) => sum + metres, 0)
    const all = (await reader.read(`/skiers/${skier}/vertical?${resorts}`)) as
      | { resorts: { seasonID: string; totalVert: number }[] }
      | undefined
    const rows = all?.resorts.filter((row) => row.seasonID === run.season) ?? []
    const total = rows[0]?.totalVert ?? 0
    if (rows.length > 1 || total !== sumOfDays)
      wrongSeasons.push(`skier ${skier}: season total ${total}, sum of days ${sumOfDays}`)
  }
  return [
    noneWrong(
      'RID-I2',
      'vertical = 10 · Σ liftID for each skier, resort, season and day (sample)',
      wrongDays,
      `${daysRead} skier-days read`,
    ),
    noneWrong(
      'RID-I4',
      'a season total = Σ of its day totals, and no season means all seasons (sample)',
      wrongSeasons,
      `${skiers.length} skiers read`,
    ),
  ]
}

/** A check of many readings: passed when none is wrong; the detail is the first that is, or what was read. */
function noneWrong(id: string, name: string, wrong: readonly string[], read: string): Check {
  return { id, name, passed: wrong.length === 0, expected: 0, actual: wrong.length, detail: wrong[0] ?? read }
}

async function checkUniqueSkiers({ reader, run, expected }: Subject): Promise<Check> {
  const wrong: string[] = []
  let skiers = 0
  for (const { key, path } of resortDays(run)) {
    const answer = (await reader.read(`${path}/skiers`)) as { numSkiers: number } | undefined
    const bounds = expected.skiersByResortDay.get(key) ?? { least: 0, most: 0 }
    const count = answer?.numSkiers ?? 0
    skiers += count
    if (!within(count, bounds)) wrong.push(`${path}: ${count}, not ${describeBounds(bounds)}`)
  }
  return noneWrong(
    'RID-I5',
    'numSkiers = different skiers with an acknowledged ride, for each resort and day',
    wrong,
    `${resortDays(run).length} resort-days, ${skiers} skiers`,
  )
}

async function checkBreakdowns({ reader, run }: Subject): Promise<Check> {
  const wrong: string[] = []
  for (const { path } of resortDays(run)) {
    const rides = (await reader.read(`${path}/rides`)) as { numRides: number } | undefined
    const lifts = (await reader.read(`${path}/lifts`)) as { lifts: { numRides: number }[] } | undefined
    const hours = (await reader.read(`${path}/hours`)) as { hours: { numRides: number }[] } | undefined
    const sums = [rides?.numRides ?? 0, sumRides(lifts?.lifts), sumRides(hours?.hours)]
    if (new Set(sums).size > 1) wrong.push(`${path}: rides, by lift, by hour: ${sums.join(', ')}`)
  }
  return noneWrong(
    'RID-I6',
    'rides by lift and by hour both sum up to the rides of the day',
    wrong,
    `${resortDays(run).length} resort-days`,
  )
}

function sumRides(rows: { numRides: number }[] | undefined): number {
  return (rows ?? []).reduce((sum, row) => sum + row.numRides, 0)
}

async function readSkierDays(
  reader: ServiceReader,
  run: RunSeason,
  skier: number,
): Promise<{ resort: number; day: number; metres: number }[]> {
  return await Promise.all(
    run.resorts.flatMap((resort) =>
      run.days.map(async (day) => {
        const path = `/skiers/${resort}/seasons/${run.season}/days/${day}/skiers/${skier}`
        return { resort, day, metres: Number((await reader.read(path)) ?? 0) }
      }),
    ),
  )
}

/** The same skiers for the same seed. */
function sample(skiers: readonly number[], seed: number): number[] {
  const random = seededRandom(seed)
  return Array.from(
    { length: Math.min(sampledSkiers, skiers.length) },
    () => skiers[Math.floor(random() * skiers.length)] as number,
  )
}
