import { sendJson } from '@chairlift/kit/http/respond.ts'
import type { Route } from '@chairlift/kit/http/route.ts'
import type { Pool } from '@chairlift/kit/postgres/open-pool.ts'
import Type from 'typebox'
import { parseSkierDay } from '../lift-ride.ts'
import { readSkierDayVertical } from '../store/skier-day-vertical.ts'
import { dataNotFound } from './data-not-found.ts'
import { dayText, resortID, seasonID, skierID } from './parameters.ts'

/** GET …/skiers/{skierID}: a bare JSON integer. */
export function getSkierDayVertical(pool: Pool): Route {
  return {
    operationId: 'getSkierDayVertical',
    method: 'get',
    path: '/skiers/:resortID/seasons/:seasonID/days/:dayID/skiers/:skierID',
    tag: 'skiers',
    summary: 'Total vertical of a skier on one ski day, in metres.',
    parameters: [resortID, seasonID, dayText, skierID],
    answers: {
      200: { description: 'A bare JSON integer.', schema: Type.Integer({ minimum: 0 }), example: 34_507 },
    },
    async handle(request, response) {
      const vertical = await readSkierDayVertical(pool, parseSkierDay(request.params))
      if (vertical === undefined) throw dataNotFound()
      sendJson(response, 200, vertical)
    },
  }
}
