import { sendJson } from '@chairlift/kit/http/respond.ts'
import type { Route } from '@chairlift/kit/http/route.ts'
import type { Pool } from '@chairlift/kit/postgres/open-pool.ts'
import Type from 'typebox'
import { readResorts } from '../store/resorts.ts'

const ResortsList = Type.Object({
  resorts: Type.Array(Type.Object({ resortName: Type.String(), resortID: Type.Integer() })),
})

/** GET /resorts. */
export function getResorts(pool: Pool): Route {
  return {
    operationId: 'getResorts',
    method: 'get',
    path: '/resorts',
    tag: 'resorts',
    summary: 'All resorts known.',
    answers: {
      200: {
        description: 'List of resorts.',
        schema: ResortsList,
        example: { resorts: [{ resortName: 'Creek Lake', resortID: 0 }] },
      },
    },
    async handle(_request, response) {
      sendJson(response, 200, { resorts: await readResorts(pool) })
    },
  }
}
