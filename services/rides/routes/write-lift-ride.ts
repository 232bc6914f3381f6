import type { Publisher } from '@chairlift/kit/broker/publisher.ts'
import { eventId } from '@chairlift/kit/http/event-identity.ts'
import { sendEmpty } from '@chairlift/kit/http/respond.ts'
import type { Route } from '@chairlift/kit/http/route.ts'
import Type from 'typebox'
import { type LiftRide, LiftRideBody, type LiftRideEvent, parseLiftRide } from '../lift-ride.ts'
import { dayText, resortID, seasonID, skierID } from './parameters.ts'

/** POST …/skiers/{skierID}: 201 when the ride is durable in the queue. */
export function writeLiftRide(publisher: Publisher<LiftRideEvent>): Route {
  return {
    operationId: 'writeNewLiftRide',
    method: 'post',
    path: '/skiers/:resortID/seasons/:seasonID/days/:dayID/skiers/:skierID',
    tag: 'skiers',
    summary: 'Record a lift ride of a skier.',
    description:
      '201 means that the ride is durable in the queue; it becomes visible to the reads eventually.',
    parameters: [
      resortID,
      seasonID,
      dayText,
      skierID,
      {
        name: 'Idempotency-Key',
        in: 'header',
        required: false,
        description: 'Makes a retry of the very same request count once.',
        schema: Type.String({ pattern: '^[\\x21-\\x7e]{1,255}$' }),
      },
    ],
    body: {
      schema: LiftRideBody,
      examples: { v2: { time: 217, liftID: 21 }, v1: { time: 217, liftID: 21, waitTime: 3 } },
    },
    answers: { 201: { description: 'Ride accepted. Empty body.' } },
    async handle(request, response) {
      const ride = parseLiftRide(request.params, request.body)
      await publisher.publish({ id: eventId(request.headers['idempotency-key'], subjectOf(ride)), ...ride })
      sendEmpty(response, 201)
    },
  }
}

/** What makes two requests the same ride. Of the parsed fields, because a path can be spelt in several ways. */
function subjectOf({ resortID, seasonID, dayID, skierID, time, liftID }: LiftRide): string {
  return `${resortID} ${seasonID} ${dayID} ${skierID} ${time} ${liftID}`
}
