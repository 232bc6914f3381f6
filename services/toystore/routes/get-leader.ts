import { sendJson } from '@chairlift/kit/http/respond.ts'
import type { Route } from '@chairlift/kit/http/route.ts'
import Type from 'typebox'
import type { CacheCounts } from '../front/cache-counts.ts'
import type { OrderRouter } from '../front/order-router.ts'

const LeaderReply = Type.Object({
  data: Type.Object({
    leader: Type.Union([Type.Integer({ minimum: 1 }), Type.Null()]),
    replicas: Type.Array(Type.Object({ id: Type.Integer(), ready: Type.Boolean() })),
    cache: Type.Object({ hits: Type.Integer(), misses: Type.Integer() }),
  }),
})

/** GET /leader: as in the reference system, which replica is asked first; ours adds the others and the cache. */
export function getLeader(orders: OrderRouter, counts: CacheCounts): Route {
  return {
    operationId: 'getLeader',
    method: 'get',
    path: '/leader',
    tag: 'state',
    summary: 'The order replica this front end prefers, and what its cache did.',
    answers: {
      200: {
        description: 'The highest ready id, or null.',
        schema: LeaderReply,
        example: {
          data: { leader: 3, replicas: [{ id: 3, ready: true }], cache: { hits: 10, misses: 2 } },
        },
      },
    },
    handle(_request, response) {
      const { hits, misses } = counts
      sendJson(response, 200, {
        data: { leader: orders.leader, replicas: orders.members, cache: { hits, misses } },
      })
    },
  }
}
