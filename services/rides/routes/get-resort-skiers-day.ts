import { sendJson } from '@chairlift/kit/http/respond.ts'
import type { Route } from '@chairlift/kit/http/route.ts'
import type { Pool } from '@chairlift/kit/postgres/open-pool.ts'
import Type from 'typebox'
import { readResortDay } from '../store/resort-day.ts'
import { dataNotFound } from './data-not-found.ts'
import { dayID, resortID, seasonNumber } from './parameters.ts'
import { parseResortDay } from './resort-day-key.ts'

const ResortSkiers = Type.Object({
  time: Type.String({ description: 'Name of the resort (sic).' }),
  numSkiers: Type.Integer({ minimum: 0 }),
})

/** GET …/day/{dayID}/skiers: the field that holds the resort's name is called `time` (RID-O2). */
export function getResortSkiersDay(pool: Pool): Route {
  return {
    operationId: 'getResortSkiersDay',
    method: 'get',
    path: '/resorts/:resortID/seasons/:seasonID/day/:dayID/skiers',
    aliases: ['/resorts/:resortID/seasons/:seasonID/days/:dayID/skiers'],
    tag: 'resorts',
    summary: 'Number of different skiers at a resort on one ski day.',
    description: 'The path has `day` in the singular. `days` is accepted too.',
    parameters: [resortID, seasonNumber, dayID],
    answers: {
      200: {
        description: 'The count. The field that holds the resort name is called `time`.',
        schema: ResortSkiers,
        example: { time: 'Mission Ridge', numSkiers: 78_999 },
      },
    },
    async handle(request, response) {
      const day = await readResortDay(pool, parseResortDay(request.params))
      if (!day) throw dataNotFound()
      sendJson(response, 200, { time: day.resortName, numSkiers: day.skiers })
    },
  }
}
