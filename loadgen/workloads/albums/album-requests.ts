import type { CreateWorkload, WorkloadRequest } from '../../engine/types.ts'
import { albumData, createImages, toStringForm } from './album-data.ts'
import { AnswerChecks } from './answer-checks.ts'
import { formBody, formContentType } from './form-body.ts'
import { RunState } from './run-state.ts'

/** What one request of an item does; `readAny` reads the counts of some album of the run, `getAny` its profile. */
export type StepKind = 'post' | 'get' | 'like' | 'dislike' | 'readAny' | 'getAny'

/** Parameters of the module, made by the workloads of the albums. */
export interface AlbumModuleParameters {
  runId: string
  imageBytes: number
  profile: 'json' | 'toString'
  idempotencyKeys: boolean
  /** Steps of an item that is an album, and of one from `firstReaderItem` on. Both have the same number. */
  steps: StepKind[]
  readerSteps: StepKind[]
  firstReaderItem: number
}

const operations = ['newAlbum', 'getAlbumByKey', 'review', 'getLikes'] as const
const operationOf = { post: 0, get: 1, like: 2, dislike: 2, readAny: 3, getAny: 1 } as const

/** An id that no service issues: what is sent for an album whose own POST failed. */
const noAlbum = 'never-issued'

/** The requests of all workloads of the albums. */
const createAlbumRequests: CreateWorkload = ({ parameters, shared }) => {
  const options = parameters as unknown as AlbumModuleParameters
  const state = new RunState(shared)
  const checks = new AnswerChecks(state, options)
  const image = createImages(options.imageBytes, options.runId)
  const kindOf = (item: number, step: number) =>
    (item >= options.firstReaderItem ? options.readerSteps : options.steps)[step] as StepKind

  function post(item: number): WorkloadRequest {
    const data = albumData(options.runId, item)
    const profile = options.profile === 'json' ? JSON.stringify(data) : toStringForm(data)
    return { method: 'POST', path: '/albums', headers: formContentType, body: formBody(image(item), profile) }
  }

  function review(item: number, step: number, kind: string): WorkloadRequest {
    const path = `/review/${kind}/${state.id(item) ?? noAlbum}`
    return options.idempotencyKeys
      ? { method: 'POST', path, headers: `Idempotency-Key: ${options.runId}-${item}-${step}\r\n` }
      : { method: 'POST', path }
  }

  return {
    operations,
    steps: options.steps.length,
    operation: (step, item) => operationOf[kindOf(item, step)],
    request(item, step) {
      const kind = kindOf(item, step)
      if (kind === 'post') return post(item)
      if (kind === 'like' || kind === 'dislike') return review(item, step, kind)
      if (kind === 'get') return { method: 'GET', path: `/albums/${state.id(item) ?? noAlbum}` }
      const id = state.id(checks.choose(item, step)) ?? noAlbum
      if (kind === 'getAny') return { method: 'GET', path: `/albums/${id}` }
      // The original document's clients ask for this misspelt type, too (ALB-O3).
      return {
        method: 'GET',
        path: `/review/${id}`,
        headers: 'Accept: applications/json, application/json\r\n',
      }
    },
    wantsBody: () => true,
    received(item, step, thread, status, body) {
      const kind = kindOf(item, step)
      const album = kind === 'getAny' || kind === 'readAny' ? checks.take(item, step) : item
      if (status < 200 || status > 299) return
      const text = body?.toString('utf8') ?? ''
      if (kind === 'post') checks.posted(item, text)
      else if (kind === 'get' || kind === 'getAny') checks.profileRead(album, text)
      else if (kind === 'readAny') checks.countsRead(album, thread, text)
    },
  }
}

export default createAlbumRequests
