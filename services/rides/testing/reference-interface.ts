import type { ReferenceOperation } from '@chairlift/kit/testing/check-interface-document.ts'
import type { Schema } from '@chairlift/kit/testing/interface-document.ts'

const resortID = pathParameter('resortID', { type: 'integer', minimum: 0, maximum: 2_147_483_647 })
const skierID = pathParameter('skierID', { type: 'integer', minimum: 1, maximum: 2_147_483_647 })
const seasonText = pathParameter('seasonID', { type: 'string', pattern: '^[0-9A-Za-z_-]{1,32}$' })
const dayText = pathParameter('dayID', {
  type: 'string',
  pattern: '^([1-9]|[1-9][0-9]|[12][0-9]{2}|3[0-5][0-9]|36[0-6])$',
})
const seasonNumber = pathParameter('seasonID', { type: 'integer', minimum: 0 })
const dayNumber = pathParameter('dayID', { type: 'integer', minimum: 1, maximum: 366 })
const textList = { type: 'array', items: { type: 'string' } }

/** What a drop-in server for SkiDataAPI 2.0 must describe, written by hand: the routes are tested against it. */
export const referenceOperations: readonly ReferenceOperation[] = [
  {
    operationId: 'writeNewLiftRide',
    method: 'post',
    path: '/skiers/{resortID}/seasons/{seasonID}/days/{dayID}/skiers/{skierID}',
    tag: 'skiers',
    statuses: [201, 400, 404, 503],
    parameters: [resortID, seasonText, dayText, skierID],
    body: {
      type: 'object',
      properties: {
        time: { type: 'integer', minimum: 1, maximum: 420 },
        liftID: { type: 'integer', minimum: 1, maximum: 60 },
        waitTime: { type: 'integer', minimum: 0, maximum: 1_440 },
      },
      required: ['time', 'liftID'],
    },
  },
  {
    operationId: 'getSkierDayVertical',
    method: 'get',
    path: '/skiers/{resortID}/seasons/{seasonID}/days/{dayID}/skiers/{skierID}',
    tag: 'skiers',
    statuses: [200, 400, 404, 503],
    parameters: [resortID, seasonText, dayText, skierID],
    success: { type: 'integer', minimum: 0 },
  },
  {
    operationId: 'getSkierResortTotals',
    method: 'get',
    path: '/skiers/{skierID}/vertical',
    tag: 'skiers',
    statuses: [200, 400, 404, 503],
    parameters: [
      skierID,
      listParameter('resort', true, { ...textList, minItems: 1 }),
      listParameter('season', false, textList),
    ],
    success: listOf('resorts', { seasonID: { type: 'string' }, totalVert: { type: 'integer', minimum: 0 } }),
  },
  {
    operationId: 'getResorts',
    method: 'get',
    path: '/resorts',
    tag: 'resorts',
    statuses: [200, 503],
    parameters: [],
    success: listOf('resorts', { resortName: { type: 'string' }, resortID: { type: 'integer' } }),
  },
  {
    operationId: 'getResortSkiersDay',
    method: 'get',
    path: '/resorts/{resortID}/seasons/{seasonID}/day/{dayID}/skiers',
    tag: 'resorts',
    statuses: [200, 400, 404, 503],
    parameters: [resortID, seasonNumber, dayNumber],
    success: objectOf({ time: { type: 'string' }, numSkiers: { type: 'integer', minimum: 0 } }),
  },
  {
    operationId: 'getResortSeasons',
    method: 'get',
    path: '/resorts/{resortID}/seasons',
    tag: 'resorts',
    statuses: [200, 400, 404, 503],
    parameters: [resortID],
    success: objectOf({ seasons: textList }),
  },
  {
    operationId: 'addSeason',
    method: 'post',
    path: '/resorts/{resortID}/seasons',
    tag: 'resorts',
    statuses: [201, 400, 404, 503],
    parameters: [resortID],
    body: objectOf({ year: { type: 'string', minLength: 4, maxLength: 4 } }),
  },
  {
    operationId: 'getPerformanceStats',
    method: 'get',
    path: '/statistics',
    tag: 'statistics',
    statuses: [200, 503],
    parameters: [],
    success: listOf('endpointStats', {
      URL: { type: 'string' },
      operation: { type: 'string' },
      mean: { type: 'integer' },
      max: { type: 'integer' },
    }),
  },
]

function pathParameter(name: string, schema: Schema) {
  return { name, in: 'path', required: true, schema }
}

function listParameter(name: string, required: boolean, schema: Schema) {
  return { name, in: 'query', required, style: 'form', explode: true, schema }
}

function objectOf(properties: Record<string, Schema>): Schema {
  return { type: 'object', properties, required: Object.keys(properties) }
}

function listOf(name: string, row: Record<string, Schema>): Schema {
  return objectOf({ [name]: { type: 'array', items: objectOf(row) } })
}
