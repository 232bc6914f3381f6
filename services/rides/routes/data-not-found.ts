import { HttpError } from '@chairlift/kit/http/http-error.ts'

/** The answer where nothing is stored for a key, also for a count or a sum of 0. */
export function dataNotFound(): HttpError {
  return new HttpError('not_found', 'Data not found')
}
