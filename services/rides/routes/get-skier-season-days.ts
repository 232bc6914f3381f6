import { int32Max, parseIntegerParameter } from '@chairlift/kit/http/parameters.ts'
import { sendJson } from '@chairlift/kit/http/respond.ts'
import type { Route } from '@chairlift/kit/http/route.ts'
import type { Pool } from '@chairlift/kit/postgres/open-pool.ts'
import Type from 'typebox'
import { parseSeason } from '../lift-ride.ts'
import { readSkierSeasonDays } from '../store/skier-season-days.ts'
import { dataNotFound } from './data-not-found.ts'
import { seasonID, skierID } from './parameters.ts'

const SkierSeason = Type.Object({
  numDays: Type.Integer({ minimum: 1, description: 'Days skied this season.' }),
  days: Type.Array(
    Type.Object({
      dayID: Type.Integer(),
      totalVert: Type.Integer({ description: 'Metres, over all resorts.' }),
      lifts: Type.Array(Type.Integer(), { description: 'The lift of every ride, in the order of the day.' }),
    }),
  ),
})

/** GET /skiers/{skierID}/seasons/{seasonID}/days: queries Q1–Q3 of the data model; our extension. */
export function getSkierSeasonDays(pool: Pool): Route {
  return {
    operationId: 'getSkierSeasonDays',
    method: 'get',
    path: '/skiers/:skierID/seasons/:seasonID/days',
    tag: 'skiers',
    summary: 'Days a skier skied in a season, with vertical and lifts of each day.',
    parameters: [skierID, seasonID],
    answers: {
      200: {
        description: 'One row per day.',
        schema: SkierSeason,
        example: { numDays: 1, days: [{ dayID: 1, totalVert: 420, lifts: [21, 21] }] },
      },
    },
    async handle(request, response) {
      const skier = parseIntegerParameter(request.params['skierID'], 'skierID', 1, int32Max)
      const days = await readSkierSeasonDays(pool, skier, parseSeason(request.params['seasonID']))
      if (days.length === 0) throw dataNotFound()
      sendJson(response, 200, { numDays: days.length, days })
    },
  }
}
