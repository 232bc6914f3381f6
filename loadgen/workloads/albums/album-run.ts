import type { LoadOutcome } from '../../engine/load-outcome.ts'
import type { ThreadGroup } from '../../engine/types.ts'
import { ServiceReader } from '../service-reader.ts'
import type { Completion, PreparedRun, RunContext } from '../workload-definition.ts'
import type { AlbumParameters } from './album-parameters.ts'
import type { AlbumModuleParameters } from './album-requests.ts'
import { RunState } from './run-state.ts'
import { verifyAlbums } from './verify-albums.ts'
import { awaitReviews, verifyReviews } from './verify-reviews.ts'
import { verifySchedule } from './verify-schedule.ts'

/** A run that posts albums, with whatever else its steps do. */
export interface AlbumRun {
  groups: ThreadGroup[]
  albums: number
  steps: AlbumModuleParameters['steps']
  readerSteps?: AlbumModuleParameters['readerSteps']
  idempotencyKeys: boolean
}

/** What all schedules that post albums have in common. @throws TargetUnreachableError */
export async function prepareAlbumRun(context: RunContext, run: AlbumRun): Promise<PreparedRun> {
  const parameters = context.parameters as AlbumParameters
  const reader = new ServiceReader(context.target, context.signal)
  await reader.ping('/albums/never-issued')
  const state = RunState.allocate(run.albums)
  const moduleParameters: AlbumModuleParameters = {
    runId: context.runId,
    imageBytes: parameters.imageBytes,
    profile: parameters.profile,
    idempotencyKeys: run.idempotencyKeys,
    steps: run.steps,
    readerSteps: run.readerSteps ?? run.steps,
    firstReaderItem: run.albums,
  }
  const subject = { reader, state, run, seed: context.seed, ...moduleParameters }
  const hasReviews = run.steps.includes('like')
  return {
    groups: run.groups,
    module: new URL('./album-requests.ts', import.meta.url).href,
    moduleParameters: { ...moduleParameters },
    shared: state.shared,
    complete: (result) =>
      hasReviews ? awaitReviews(subject, result, context.signal) : awaitAlbums(state, reader, result),
    async verify(result) {
      const checks = [
        ...(await verifyAlbums(subject, result, parameters.sampledImages)),
        ...(hasReviews ? await verifyReviews(subject, result) : []),
        ...verifySchedule(run, state, result),
      ]
      await reader[Symbol.asyncDispose]()
      return checks
    },
  }
}

/** An album is visible when its POST is answered; the last one is read to see that this is so. */
async function awaitAlbums(state: RunState, reader: ServiceReader, result: LoadOutcome): Promise<Completion> {
  const accepted = state.total('acknowledged')
  const last = accepted === 0 ? undefined : state.id(state.acknowledgedItem(accepted - 1))
  const visible = last === undefined || (await reader.read(`/albums/${last}`)) !== undefined
  const lagSeconds = visible ? Math.max(0, Date.now() - Date.parse(result.finishedAt)) / 1_000 : null
  return { accepted, visible: visible ? accepted : accepted - 1, lagSeconds }
}
