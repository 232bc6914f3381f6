import { setTimeout as delay } from 'node:timers/promises'
import type { LoadOutcome } from '../../engine/load-outcome.ts'
import { outcome } from '../../engine/types.ts'
import type { Check } from '../../result/run-schema.ts'
import type { Completion } from '../workload-definition.ts'
import { checkNone } from './check-none.ts'
import { mapConcurrently } from './map-concurrently.ts'
import type { AlbumSubject } from './verify-albums.ts'

interface Counts {
  likes: number
  dislikes: number
}

/** At least what was acknowledged, at most also what may have happened. Equal where nothing was ambiguous. */
interface CountBounds {
  least: Counts
  most: Counts
}

/** Retries of the shipped experiments; without idempotency keys each ambiguous attempt may count. */
const mostRetries = 5
/** The last albums of the run, whose reviews are the last to be counted. */
const lastAlbums = 200
const pollMs = 20
const quietMs = 30_000

/**
 * Completion: waits until the reviews of the last albums are counted, then until those of all others are.
 * The lag is that of the last albums; reading all of them takes longer than the queue needs to empty.
 */
export async function awaitReviews(
  subject: AlbumSubject,
  result: LoadOutcome,
  signal: AbortSignal,
): Promise<Completion> {
  const { state } = subject
  const acknowledged = state.total('acknowledged')
  const items = Array.from({ length: acknowledged }, (_, place) => state.acknowledgedItem(place))
  const bounds = new Map(items.map((item) => [item, boundsOf(subject, result, item)]))
  const accepted = sum([...bounds.values()].map(({ least }) => least.likes + least.dislikes))
  const complete = async (item: number) => {
    const { least } = bounds.get(item) as CountBounds
    const deadline = performance.now() + quietMs
    while (true) {
      const counts = await readCountsOf(subject, item)
      const seen = Math.min(counts.likes, least.likes) + Math.min(counts.dislikes, least.dislikes)
      if (seen === least.likes + least.dislikes || performance.now() > deadline) return seen
      await delay(pollMs, undefined, { signal })
    }
  }
  await mapConcurrently(items.slice(-lastAlbums), complete)
  const lagSeconds = Math.max(0, Date.now() - Date.parse(result.finishedAt)) / 1_000
  const visible = sum(await mapConcurrently(items, complete))
  return { accepted, visible, lagSeconds: visible === accepted ? lagSeconds : null }
}

/** ALB-I6, ALB-I7, ALB-I8, and ALB-D2 and ALB-D17 where there are readers. */
export async function verifyReviews(subject: AlbumSubject, result: LoadOutcome): Promise<Check[]> {
  const { state } = subject
  const acknowledged = state.total('acknowledged')
  const items = Array.from({ length: acknowledged }, (_, place) => state.acknowledgedItem(place))
  const total: Counts = { likes: 0, dislikes: 0 }
  const expected: CountBounds = { least: { likes: 0, dislikes: 0 }, most: { likes: 0, dislikes: 0 } }
  const wrong = await mapConcurrently(items, async (item) => {
    const counts = await readCountsOf(subject, item)
    const bounds = boundsOf(subject, result, item)
    add(total, counts)
    add(expected.least, bounds.least)
    add(expected.most, bounds.most)
    const right = within(counts.likes, bounds, 'likes') && within(counts.dislikes, bounds, 'dislikes')
    return right
      ? undefined
      : `album ${state.id(item)}: ${describe(counts)}, at least ${describe(bounds.least)}`
  })
  return [
    checkNone('ALB-I6', 'every album has exactly the likes and dislikes acknowledged', wrong, items.length),
    {
      id: 'ALB-I7',
      name: 'Σ likes and Σ dislikes are those acknowledged',
      passed: within(total.likes, expected, 'likes') && within(total.dislikes, expected, 'dislikes'),
      expected: describe(expected.least),
      actual: describe(total),
      detail:
        describe(expected.least) === describe(expected.most) ? '' : `at most ${describe(expected.most)}`,
    },
    checkNone('ALB-I8', 'counts never decreased for a reader of one album', state.total('decreasedCounts')),
    ...checkReaders(subject, result),
  ]
}

function checkReaders({ state }: AlbumSubject, { groups }: LoadOutcome): Check[] {
  const readers = groups.find(({ name }) => name === 'readers')
  const first = groups.find(({ name }) => name === 'group 1')
  if (!readers || !first) return []
  const reads = state.total('reads')
  const albums = Math.max(1, state.total('acknowledged'))
  // So many different ones are to be expected of reads that are spread evenly over all albums.
  const expected = Math.floor(albums * (1 - Math.exp(-reads / albums)))
  const distinct = state.distinctReads()
  const started = readers.startedSecond
  const ended = first.endedSecond
  return [
    {
      id: 'ALB-D2',
      name: 'readers read different albums, not one: 90 % of what random choice gives',
      // Albums that came late had less chance to be read.
      passed: distinct >= Math.min(0.9 * expected, 0.5 * reads),
      expected,
      actual: distinct,
      detail: `${reads} reads of ${albums} albums`,
    },
    {
      id: 'ALB-D17',
      name: 'readers started when the first group had ended (s)',
      passed: started !== null && ended !== null && started >= ended,
      expected: ended ?? 'an end of group 1',
      actual: started ?? 'never started',
      detail: '',
    },
  ]
}

function boundsOf(
  { run, idempotencyKeys }: AlbumSubject,
  { ledger }: LoadOutcome,
  item: number,
): CountBounds {
  const bounds: CountBounds = { least: { likes: 0, dislikes: 0 }, most: { likes: 0, dislikes: 0 } }
  for (const [step, kind] of run.steps.entries()) {
    if (kind !== 'like' && kind !== 'dislike') continue
    const field = kind === 'like' ? 'likes' : 'dislikes'
    const entry = ledger.read(item, step)
    const again = entry.hadAmbiguousAttempt && !idempotencyKeys ? mostRetries : 0
    const happened = entry.outcome === outcome.ok
    if (happened) bounds.least[field]++
    if (happened || entry.hadAmbiguousAttempt) bounds.most[field] += 1 + again
  }
  return bounds
}

async function readCountsOf({ reader, state }: AlbumSubject, item: number): Promise<Counts> {
  const found = (await reader.read(`/review/${state.id(item)}`)) as Record<keyof Counts, unknown> | undefined
  return { likes: Number(found?.likes ?? -1), dislikes: Number(found?.dislikes ?? -1) }
}

function within(value: number, { least, most }: CountBounds, field: keyof Counts): boolean {
  return value >= least[field] && value <= most[field]
}

function add(to: Counts, counts: Counts): void {
  to.likes += counts.likes
  to.dislikes += counts.dislikes
}

function describe({ likes, dislikes }: Counts): string {
  return `${likes} likes, ${dislikes} dislikes`
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
