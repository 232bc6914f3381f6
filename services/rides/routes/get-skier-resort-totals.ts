import { HttpError } from '@chairlift/kit/http/http-error.ts'
import { int32Max, listQueryParameter, parseIntegerParameter } from '@chairlift/kit/http/parameters.ts'
import { sendJson } from '@chairlift/kit/http/respond.ts'
import type { Route } from '@chairlift/kit/http/route.ts'
import type { Pool } from '@chairlift/kit/postgres/open-pool.ts'
import Type from 'typebox'
import { readSkierResortTotals } from '../store/skier-resort-totals.ts'
import { dataNotFound } from './data-not-found.ts'
import { skierID } from './parameters.ts'

/** The query parser reads 1 000 values and drops the rest without a word, which would answer a wrong sum. */
const queryValuesLimit = 999

const SkierVertical = Type.Object({
  resorts: Type.Array(
    Type.Object({
      seasonID: Type.String(),
      totalVert: Type.Integer({ minimum: 0, description: 'Metres.' }),
    }),
    { description: 'Named `resorts`, but one row per season.' },
  ),
})

/** GET /skiers/{skierID}/vertical?resort=…&season=…: sums over all the resorts given (RID-O5). */
export function getSkierResortTotals(pool: Pool): Route {
  return {
    operationId: 'getSkierResortTotals',
    method: 'get',
    path: '/skiers/:skierID/vertical',
    tag: 'skiers',
    summary: 'Total vertical of a skier per season at the given resorts.',
    parameters: [
      skierID,
      {
        name: 'resort',
        in: 'query',
        required: true,
        description: 'Resort ids; repeat the parameter for several. Totals are summed over them.',
        schema: Type.Array(Type.String(), { minItems: 1 }),
        example: ['1'],
      },
      {
        name: 'season',
        in: 'query',
        required: false,
        description: 'Season ids; absent means all seasons.',
        schema: Type.Array(Type.String()),
        example: ['2024'],
      },
    ],
    answers: {
      200: {
        description: 'One row per season, sorted by seasonID.',
        schema: SkierVertical,
        example: { resorts: [{ seasonID: '2024', totalVert: 1_230 }] },
      },
    },
    async handle(request, response) {
      const skier = parseIntegerParameter(request.params['skierID'], 'skierID', 1, int32Max)
      if (Object.values(request.query).flat().length > queryValuesLimit)
        throw new HttpError('invalid_input', `more than ${queryValuesLimit} query values`)
      const resorts = queryTexts(request.query['resort'], 'resort')
      const seasons = queryTexts(request.query['season'], 'season')
      if (resorts.length === 0) throw new HttpError('invalid_input', 'query parameter resort is required')
      const totals = await readSkierResortTotals(
        pool,
        skier,
        resorts,
        seasons.length > 0 ? seasons : undefined,
      )
      if (totals.length === 0) throw dataNotFound()
      sendJson(response, 200, { resorts: totals })
    },
  }
}

/** An empty value can only be a mistake, and Postgres takes no NUL in a text. @throws HttpError invalid_input */
function queryTexts(value: unknown, name: string): string[] {
  const texts = listQueryParameter(value)
  if (texts.some((text) => text === '' || text.includes('\0')))
    throw new HttpError('invalid_input', `query parameter ${name} must be a text of 1 or more characters`)
  return texts
}
