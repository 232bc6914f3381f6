import { sendJson } from '@chairlift/kit/http/respond.ts'
import type { Route } from '@chairlift/kit/http/route.ts'
import type { SqliteShop } from '../store/sqlite-shop.ts'

/** GET /state: what a replica holds, for comparing replicas (not part of the public interface). */
export function getState(shop: SqliteShop, id: number | null): Route {
  return {
    operationId: 'getState',
    method: 'get',
    path: '/state',
    tag: 'state',
    summary: 'What this process has applied, and a hash over its whole state.',
    answers: { 200: { description: 'Place in the log, order count, products, hash.' } },
    handle(request, response) {
      const { offset, chain } = shop.applied
      sendJson(response, 200, {
        id,
        offset,
        chain,
        orders: shop.orderCount,
        products: shop.products(),
        // Reads the whole file, hence only when asked for.
        ...(request.query['digest'] !== undefined && { digest: shop.digest() }),
      })
    },
  }
}
