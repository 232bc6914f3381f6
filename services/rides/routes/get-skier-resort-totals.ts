import { HttpError } from '@chairlift/kit/http/http-error.ts'
import { int32Max, listQueryParameter, parseIntegerParameter } from '@chairlift/kit/http/parameters.ts'
import { sendJson } from '@chairlift/kit/http/respond.ts'
import type { Route } from '@chairlift/kit/http/route.ts'
import type { Pool } from '@chairlift/kit/postgres/open-pool.ts'
import Type from 'typebox'
import { readSkierResortTotals } from '../store/skier-resort-totals.ts'
import { dataNotFound } from './data-not-found.ts'
import { skierID } from './parameters.ts'

/** Query values above this number are refused: a resort and a season can be named in one way each. */
const valuesLimit = 1_000

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

/** Postgres takes no NUL in a text, and an empty value can only be a mistake. @throws HttpError */
function queryTexts(value: unknown, name: string): string[] {
  const texts = listQueryParameter(value)
  if (texts.length > valuesLimit) throw new HttpError('invalid_input', `too many values of ${name}`)
  for (const text of texts)
    if (text === '' || text.includes('\0')) throw new HttpError('invalid_input', `${name} must not be empty`)
  return texts
}
