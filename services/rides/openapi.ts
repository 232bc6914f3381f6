import { describeInterface } from '@chairlift/kit/http/openapi.ts'
import type { Route } from '@chairlift/kit/http/route.ts'
import Type from 'typebox'

/** The OpenAPI document of rides-api; openapi.yaml is made from it (`npm run generate`). */
export function describeRides(routes: readonly Route[]): Record<string, unknown> {
  return describeInterface(routes, {
    title: 'Ski-lift rides',
    version: '2.0.0',
    summary: 'Lift rides of skiers at resorts, and what can be read from them (SkiDataAPI 2.0).',
    description:
      'Vertical of a ride in metres = liftID x 10. The operations getSkierSeasonDays, getResortDayRides, ' +
      'getResortDayLifts and getResortDayHours extend the reference interface.\n',
    tags: [
      { name: 'skiers', description: 'Rides and verticals of skiers.' },
      { name: 'resorts', description: 'Resorts, their seasons and visitors.' },
      { name: 'statistics', description: 'Response times measured by the server.' },
    ],
    error: {
      schema: Type.Object({ message: Type.String() }),
      contentType: 'application/json',
      example: { message: 'invalid inputs' },
    },
  })
}
