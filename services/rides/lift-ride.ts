import { HttpError } from '@chairlift/kit/http/http-error.ts'
import { int32Max, parseIntegerParameter, parseTextParameter } from '@chairlift/kit/http/parameters.ts'
import Type, { type Static } from 'typebox'
import { Compile } from 'typebox/compile'

/** Text form of a season; `2024` in a path and `"2024"` in a body are the same season. */
export const seasonPattern = '^[0-9A-Za-z_-]{1,32}$'

/** The body of writeNewLiftRide. Unknown fields are ignored. */
export const LiftRideBody = Type.Object({
  time: Type.Integer({
    minimum: 1,
    maximum: 420,
    description: 'Minute of the ski day (09:00 = 0).',
    example: 217,
  }),
  liftID: Type.Integer({
    minimum: 1,
    maximum: 60,
    description: 'Lift. Vertical of the ride = 10 m x liftID.',
    example: 21,
  }),
  waitTime: Type.Optional(
    Type.Integer({ minimum: 0, maximum: 1_440, description: '1.x clients only; accepted and ignored.' }),
  ),
})

const LiftRideFields = {
  resortID: Type.Integer({ minimum: 0, maximum: int32Max }),
  seasonID: Type.String({ pattern: seasonPattern }),
  dayID: Type.Integer({ minimum: 1, maximum: 366 }),
  skierID: Type.Integer({ minimum: 1, maximum: int32Max }),
  time: Type.Integer({ minimum: 1, maximum: 420 }),
  liftID: Type.Integer({ minimum: 1, maximum: 60 }),
}

/** A lift ride as it travels in a message; the id makes its effect exactly-once. */
export const LiftRideEvent = Type.Object({
  id: Type.String({ pattern: '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' }),
  ...LiftRideFields,
})
export type LiftRideEvent = Static<typeof LiftRideEvent>
export type LiftRide = Omit<LiftRideEvent, 'id'>

/** AMQP routing key and message type of lift rides. */
export const liftRideRoutingKey = 'lift-ride'
export const liftRideMessageType = 'rides.lift-ride'

const seasonExpression = new RegExp(seasonPattern)
const bodyCheck = Compile(LiftRideBody)
const eventCheck = Compile(LiftRideEvent)

/** Vertical of a ride in metres: 10 · liftID (rule of the reference system). */
export function verticalOf(liftID: number): number {
  return 10 * liftID
}

/** Hour of the ski day of a ride, 1 (09–10) to 7 (15–16): ⌈time / 60⌉. */
export function hourOf(time: number): number {
  return Math.ceil(time / 60)
}

/** The skier-day that a path names. @throws HttpError invalid_input */
export function parseSkierDay(params: Record<string, unknown>): Omit<LiftRide, 'time' | 'liftID'> {
  return {
    resortID: parseIntegerParameter(params['resortID'], 'resortID', 0, int32Max),
    seasonID: parseSeason(params['seasonID']),
    dayID: parseIntegerParameter(params['dayID'], 'dayID', 1, 366),
    skierID: parseIntegerParameter(params['skierID'], 'skierID', 1, int32Max),
  }
}

/** A season in text form. @throws HttpError invalid_input */
export function parseSeason(text: unknown): string {
  return parseTextParameter(text, 'seasonID', seasonExpression, '1 to 32 letters, digits, _ or -')
}

/** The ride that a request records. @throws HttpError invalid_input */
export function parseLiftRide(params: Record<string, unknown>, body: unknown): LiftRide {
  const skierDay = parseSkierDay(params)
  if (!bodyCheck.Check(body)) {
    const error = bodyCheck.Errors(body)[0]
    throw new HttpError('invalid_input', `body${error?.instancePath.replaceAll('/', '.')} ${error?.message}`)
  }
  return { ...skierDay, time: body.time, liftID: body.liftID }
}

/** Checks an event of a message, which may hold anything. */
export function checkLiftRideEvent(value: unknown): LiftRideEvent | { fault: string } {
  if (eventCheck.Check(value)) return value
  const error = eventCheck.Errors(value)[0]
  return { fault: `not a lift ride: event${error?.instancePath.replaceAll('/', '.')} ${error?.message}` }
}
