import { HttpError } from '@chairlift/kit/http/http-error.ts'
import Type, { type Static } from 'typebox'
import { Compile } from 'typebox/compile'

const uuidPattern = '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'

/** A review as it travels in a message; the id makes its effect exactly-once. */
export const ReviewEvent = Type.Object({
  id: Type.String({ pattern: uuidPattern }),
  albumID: Type.String({ pattern: uuidPattern }),
  liked: Type.Boolean(),
})
export type ReviewEvent = Static<typeof ReviewEvent>

/** AMQP routing key and message type of reviews. */
export const reviewRoutingKey = 'review'
export const reviewMessageType = 'albums.review'

const eventCheck = Compile(ReviewEvent)

/** Does `like` or `dislike` stand in the path? @throws HttpError invalid_input */
export function parseLiked(text: unknown): boolean {
  if (text !== 'like' && text !== 'dislike')
    throw new HttpError('invalid_input', 'likeornot must be like or dislike')
  return text === 'like'
}

/** Checks an event of a message, which may hold anything. */
export function checkReviewEvent(value: unknown): ReviewEvent | { fault: string } {
  if (eventCheck.Check(value)) return value
  const error = eventCheck.Errors(value)[0]
  return { fault: `not a review: event${error?.instancePath.replaceAll('/', '.')} ${error?.message}` }
}
