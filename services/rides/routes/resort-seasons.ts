import { HttpError } from '@chairlift/kit/http/http-error.ts'
import { sendEmpty, sendJson } from '@chairlift/kit/http/respond.ts'
import type { Route } from '@chairlift/kit/http/route.ts'
import type { Pool } from '@chairlift/kit/postgres/open-pool.ts'
import Type from 'typebox'
import { Compile } from 'typebox/compile'
import { addResortSeason, readResortSeasons } from '../store/resorts.ts'
import { dataNotFound } from './data-not-found.ts'
import { resortID } from './parameters.ts'
import { parseResort } from './resort-day-key.ts'

const path = '/resorts/:resortID/seasons'

const SeasonsList = Type.Object({ seasons: Type.Array(Type.String()) })

/** GET /resorts/{resortID}/seasons. */
export function getResortSeasons(pool: Pool): Route {
  return {
    operationId: 'getResortSeasons',
    method: 'get',
    path,
    tag: 'resorts',
    summary: 'Seasons of a resort.',
    parameters: [resortID],
    answers: {
      200: { description: 'List of seasons.', schema: SeasonsList, example: { seasons: ['2019'] } },
    },
    async handle(request, response) {
      const seasons = await readResortSeasons(pool, parseResort(request.params))
      if (!seasons) throw dataNotFound()
      sendJson(response, 200, { seasons })
    },
  }
}

const SeasonBody = Type.Object({
  year: Type.String({
    pattern: '^[0-9]{4}$',
    minLength: 4,
    maxLength: 4,
    description: 'Year in which the season starts.',
  }),
})
const seasonBodyCheck = Compile(SeasonBody)

/** POST /resorts/{resortID}/seasons: 201 when it is committed, also when it was there before. */
export function addSeason(pool: Pool): Route {
  return {
    operationId: 'addSeason',
    method: 'post',
    path,
    tag: 'resorts',
    summary: 'Add a season to a resort.',
    parameters: [resortID],
    body: { schema: SeasonBody, examples: { season: { year: '2019' } } },
    answers: { 201: { description: 'Season added. Empty body.' } },
    async handle(request, response) {
      const resort = parseResort(request.params)
      const body: unknown = request.body
      if (!seasonBodyCheck.Check(body))
        throw new HttpError('invalid_input', 'the body must be {"year": "4-digit start year"}')
      if (!(await addResortSeason(pool, resort, body.year))) throw dataNotFound()
      sendEmpty(response, 201)
    },
  }
}
