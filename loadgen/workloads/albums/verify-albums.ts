import { seededRandom } from '../../engine/arrival-schedule.ts'
import type { LoadOutcome } from '../../engine/load-outcome.ts'
import { outcome } from '../../engine/types.ts'
import type { Check } from '../../result/run-schema.ts'
import type { ServiceReader } from '../service-reader.ts'
import { albumData, createImages } from './album-data.ts'
import type { AlbumRun } from './album-run.ts'
import { checkNone } from './check-none.ts'
import { mapConcurrently } from './map-concurrently.ts'
import type { RunState } from './run-state.ts'

export interface AlbumSubject {
  reader: ServiceReader
  state: RunState
  run: AlbumRun
  seed: number
  runId: string
  imageBytes: number
  idempotencyKeys: boolean
}

/** Albums whose profile is read again at the end, chosen by the seed; a GET after each POST is part of some runs. */
const sampledProfiles = 2_000
const neverIssued = '00000000-0000-7000-8000-000000000000'

/** ALB-I1 to ALB-I5 and ALB-I11, checked through the service's own reads. */
export async function verifyAlbums(
  subject: AlbumSubject,
  result: LoadOutcome,
  sampledImages: number,
): Promise<Check[]> {
  const { state } = subject
  return [
    await checkProfiles(subject),
    checkNone(
      'ALB-I1',
      'every GET during the run had the artist, title and year posted',
      state.total('wrongProfiles'),
    ),
    await checkImages(subject, sampledImages),
    checkNone(
      'ALB-I2',
      'imageSize was the size of the image, in every answer',
      state.total('wrongImageSizes'),
    ),
    checkNone('ALB-O8', 'every answer to a POST had an album id', state.total('unusableAnswers')),
    checkUnique(subject),
    checkAcknowledged(subject, result),
    checkNone(
      'ALB-I5',
      'no GET after the answer to its POST was 404',
      result.operations['getAlbumByKey']?.byStatus['404'] ?? 0,
    ),
    await checkUnknownIds(subject),
  ]
}

async function checkProfiles({ reader, state, seed, runId }: AlbumSubject): Promise<Check> {
  const items = sample(state, seed, sampledProfiles)
  const wrong = await mapConcurrently(items, async (item) => {
    const found = (await reader.read(`/albums/${state.id(item)}`)) as Record<string, unknown> | undefined
    const data = albumData(runId, item)
    const same =
      found?.['artist'] === data.artist && found['title'] === data.title && found['year'] === data.year
    return same ? undefined : `album ${state.id(item)}: ${JSON.stringify(found)}`
  })
  return checkNone(
    'ALB-I1',
    'acknowledged albums are found with what was posted (sample)',
    wrong,
    items.length,
  )
}

async function checkImages(subject: AlbumSubject, sampledImages: number): Promise<Check> {
  const { reader, state, seed, runId, imageBytes } = subject
  const image = createImages(imageBytes, runId)
  // Another sample than the profiles': more albums are looked at.
  const items = sample(state, seed + 1, sampledImages)
  const wrong = await mapConcurrently(items, async (item) => {
    const found = await reader.readBytes(`/albums/${state.id(item)}/image`)
    return found && image(item).equals(found)
      ? undefined
      : `album ${state.id(item)}: ${found?.length ?? 'no'} bytes`
  })
  return checkNone('ALB-I2', 'images read back are byte for byte those posted (sample)', wrong, items.length)
}

function checkUnique({ state }: AlbumSubject): Check {
  const acknowledged = state.total('acknowledged')
  const ids = new Set<string>()
  for (let place = 0; place < acknowledged; place++)
    ids.add(state.id(state.acknowledgedItem(place)) as string)
  return {
    id: 'ALB-I3',
    name: 'album ids are unique over the run, start-up included',
    passed: ids.size === acknowledged,
    expected: acknowledged,
    actual: ids.size,
    detail: '',
  }
}

/** The service tells no total, so the count of stored rows is compared where the database can be seen (e2e). */
function checkAcknowledged({ state, run }: AlbumSubject, { ledger }: LoadOutcome): Check {
  let ok = 0
  for (let item = 0; item < run.albums; item++) if (ledger.read(item, 0).outcome === outcome.ok) ok++
  const acknowledged = state.total('acknowledged')
  return {
    id: 'ALB-I4',
    name: 'as many albums have an id as POSTs were answered with success',
    passed: acknowledged === ok,
    expected: ok,
    actual: acknowledged,
    detail: 'rows are not counted: the interface tells no total',
  }
}

async function checkUnknownIds({ reader, state }: AlbumSubject): Promise<Check> {
  const first =
    state.total('acknowledged') > 0 ? (state.id(state.acknowledgedItem(0)) as string) : neverIssued
  const before = JSON.stringify(await reader.read(`/review/${first}`))
  const statuses = [
    await reader.status('GET', `/albums/${neverIssued}`),
    await reader.status('GET', `/review/${neverIssued}`),
    await reader.status('POST', `/review/like/${neverIssued}`),
    await reader.status('POST', `/review/likes/${first}`),
  ]
  const after = JSON.stringify(await reader.read(`/review/${first}`))
  const expected = '404 404 404 400'
  return {
    id: 'ALB-I11',
    name: 'ids never issued are 404, a bad likeornot is 400, and neither changes a count',
    passed: statuses.join(' ') === expected && before === after,
    expected,
    actual: statuses.join(' '),
    detail: before === after ? '' : `counts before ${before}, after ${after}`,
  }
}

/** The same acknowledged albums for the same seed; all of them when there are not more. */
function sample(state: RunState, seed: number, most: number): number[] {
  const count = state.total('acknowledged')
  if (count <= most) return Array.from({ length: count }, (_, place) => state.acknowledgedItem(place))
  const random = seededRandom(seed)
  return Array.from({ length: most }, () => state.acknowledgedItem(Math.floor(random() * count)))
}
