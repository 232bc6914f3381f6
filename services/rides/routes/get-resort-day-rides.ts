import { sendJson } from '@chairlift/kit/http/respond.ts'
import type { Route } from '@chairlift/kit/http/route.ts'
import type { Pool } from '@chairlift/kit/postgres/open-pool.ts'
import Type from 'typebox'
import { readResortDay, readRidesByHour, readRidesByLift } from '../store/resort-day.ts'
import { dataNotFound } from './data-not-found.ts'
import { dayID, resortID, seasonNumber } from './parameters.ts'
import { parseResortDay } from './resort-day-key.ts'

const path = '/resorts/:resortID/seasons/:seasonID/day/:dayID'
const common = { method: 'get', tag: 'resorts', parameters: [resortID, seasonNumber, dayID] } as const

const ResortRides = Type.Object({ numRides: Type.Integer({ minimum: 0 }) })

/** GET …/day/{dayID}/rides: all rides of the day, from the aggregate; our extension. */
export function getResortDayRides(pool: Pool): Route {
  return {
    ...common,
    operationId: 'getResortDayRides',
    path: `${path}/rides`,
    summary: 'Number of rides at a resort on one ski day.',
    answers: { 200: { description: 'The count.', schema: ResortRides, example: { numRides: 20_000 } } },
    async handle(request, response) {
      const day = await readResortDay(pool, parseResortDay(request.params))
      if (!day) throw dataNotFound()
      sendJson(response, 200, { numRides: day.rides })
    },
  }
}

const RidesByLift = Type.Object({
  lifts: Type.Array(Type.Object({ liftID: Type.Integer(), numRides: Type.Integer() })),
})

/** GET …/day/{dayID}/lifts: query Q5, counted from the rides themselves; our extension. */
export function getResortDayLifts(pool: Pool): Route {
  return {
    ...common,
    operationId: 'getResortDayLifts',
    path: `${path}/lifts`,
    summary: 'Rides of one ski day at a resort by lift.',
    answers: {
      200: {
        description: 'One row per lift that was ridden.',
        schema: RidesByLift,
        example: { lifts: [{ liftID: 21, numRides: 500 }] },
      },
    },
    async handle(request, response) {
      const lifts = await readRidesByLift(pool, parseResortDay(request.params))
      if (lifts.length === 0) throw dataNotFound()
      sendJson(response, 200, { lifts })
    },
  }
}

const RidesByHour = Type.Object({
  hours: Type.Array(
    Type.Object({
      hour: Type.Integer({ description: 'Hour of the ski day: 1 is 09:00 to 10:00.' }),
      numRides: Type.Integer(),
    }),
  ),
})

/** GET …/day/{dayID}/hours: query Q6, counted from the rides themselves; our extension. */
export function getResortDayHours(pool: Pool): Route {
  return {
    ...common,
    operationId: 'getResortDayHours',
    path: `${path}/hours`,
    summary: 'Rides of one ski day at a resort by hour.',
    answers: {
      200: {
        description: 'One row per hour with rides.',
        schema: RidesByHour,
        example: { hours: [{ hour: 4, numRides: 3_300 }] },
      },
    },
    async handle(request, response) {
      const hours = await readRidesByHour(pool, parseResortDay(request.params))
      if (hours.length === 0) throw dataNotFound()
      sendJson(response, 200, { hours })
    },
  }
}
