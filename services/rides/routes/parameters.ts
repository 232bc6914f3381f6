import { int32Max } from '@chairlift/kit/http/parameters.ts'
import type { RouteParameter } from '@chairlift/kit/http/route.ts'
import Type from 'typebox'
import { seasonPattern } from '../lift-ride.ts'

/** Path parameters as the OpenAPI document describes them. */
export const resortID: RouteParameter = {
  name: 'resortID',
  in: 'path',
  required: true,
  description: 'Resort. Load schedules use 1..10.',
  schema: Type.Integer({ minimum: 0, maximum: int32Max }),
  example: 1,
}

export const seasonID: RouteParameter = {
  name: 'seasonID',
  in: 'path',
  required: true,
  description: 'Season, as text.',
  schema: Type.String({ pattern: seasonPattern }),
  example: '2024',
}

export const seasonNumber: RouteParameter = {
  ...seasonID,
  description: 'Season; the same season as the text form under /skiers.',
  schema: Type.Integer({ minimum: 0, maximum: int32Max }),
  example: 2024,
}

export const dayID: RouteParameter = {
  name: 'dayID',
  in: 'path',
  required: true,
  description: 'Day of the season.',
  schema: Type.Integer({ minimum: 1, maximum: 366 }),
  example: 1,
}

/** The same days, but text where the reference interface has text (RID-O1). */
export const dayText: RouteParameter = {
  ...dayID,
  description: 'Day of the season, 1..366, as text.',
  schema: Type.String({ pattern: '^([1-9]|[1-9][0-9]|[12][0-9]{2}|3[0-5][0-9]|36[0-6])$' }),
  example: '1',
}

export const skierID: RouteParameter = {
  name: 'skierID',
  in: 'path',
  required: true,
  description: 'Skier. Load schedules use 1..100000.',
  schema: Type.Integer({ minimum: 1, maximum: int32Max }),
  example: 123,
}
